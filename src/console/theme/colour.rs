//! Colours as numbers: how far two are apart for the eye, and how well one reads on another.
//! Knows no theme and no meaning.

/// Red, green and blue, as a screen takes them.
pub type Rgb = [u8; 3];

/// Of xterm's 256 colours, the one that looks most like this one. The first sixteen are left out:
/// every terminal has its own. Hue counts for more than lightness, else every dark colour would be
/// a grey: there are 24 of those.
#[must_use]
pub fn nearest_of_256(colour: Rgb) -> u8 {
    let wanted = oklab(colour);
    let far = |index: u8| {
        let is = oklab(of_256(index));
        let [lightness, red, yellow] = [0, 1, 2].map(|part| (is[part] - wanted[part]).powi(2));
        lightness + 2.5 * (red + yellow)
    };
    let all = (16..=u8::MAX).map(|index| (index, far(index)));
    let nearest = all.min_by(|(_, one), (_, other)| one.total_cmp(other));
    nearest.map_or(16, |(index, _)| index)
}

/// One of xterm's 256 colours; of the first sixteen, xterm's own.
#[must_use]
pub fn of_256(index: u8) -> Rgb {
    const SIXTEEN: [Rgb; 16] = [
        [0, 0, 0],
        [205, 0, 0],
        [0, 205, 0],
        [205, 205, 0],
        [0, 0, 238],
        [205, 0, 205],
        [0, 205, 205],
        [229, 229, 229],
        [127, 127, 127],
        [255, 0, 0],
        [0, 255, 0],
        [255, 255, 0],
        [92, 92, 255],
        [255, 0, 255],
        [0, 255, 255],
        [255, 255, 255],
    ];
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index {
        0..=15 => SIXTEEN[usize::from(index)],
        16..=231 => {
            let n = index - 16;
            [level(n / 36), level(n / 6 % 6), level(n % 6)]
        }
        232..=255 => [8 + 10 * (index - 232); 3],
    }
}

/// How different two colours look: 0 is the same, black and white are 1 apart (in Oklab).
#[cfg(test)]
pub fn difference(one: Rgb, other: Rgb) -> f32 {
    let parts = oklab(one).into_iter().zip(oklab(other));
    parts.map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

/// Lightness, from green to red, from blue to yellow, by Björn Ottosson's Oklab.
#[must_use]
pub fn oklab(colour: Rgb) -> [f32; 3] {
    const CONES: [[f32; 3]; 3] = [
        [0.412_221_46, 0.536_332_55, 0.051_445_995],
        [0.211_903_5, 0.680_699_5, 0.107_396_96],
        [0.088_302_46, 0.281_718_85, 0.629_978_7],
    ];
    const OPPONENTS: [[f32; 3]; 3] = [
        [0.210_454_26, 0.793_617_8, -0.004_072_047],
        [1.977_998_5, -2.428_592_2, 0.450_593_7],
        [0.025_904_037, 0.782_771_77, -0.808_675_77],
    ];
    let through = |matrix: [[f32; 3]; 3], values: [f32; 3]| {
        matrix.map(|row| {
            row.iter()
                .zip(values)
                .map(|(part, value)| part * value)
                .sum()
        })
    };
    let cones: [f32; 3] = through(CONES, linear(colour));
    through(OPPONENTS, cones.map(f32::cbrt))
}

/// How well one colour reads on another, from 1 to 21, by WCAG 2.
#[cfg(test)]
pub fn contrast(a: Rgb, b: Rgb) -> f32 {
    let luminance = |colour| {
        let [r, g, b] = linear(colour);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b): (f32, f32) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Linear light, from the gamma-encoded value that a screen takes.
#[must_use]
pub fn linear(colour: Rgb) -> [f32; 3] {
    colour.map(|channel| {
        let channel = f32::from(channel) / 255.0;
        if channel <= 0.040_45 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    })
}
