#!/usr/bin/env python3
"""Draws the sample's pictures anew. Usage: python3 draw.py  (needs rsvg-convert, Pillow and the DejaVu fonts; writes images/*.jpg)"""
import colorsys, html, io, json, pathlib, re, subprocess
from PIL import Image

HERE = pathlib.Path(__file__).parent
MARK = "ẢNH VẼ MINH HỌA"
SMALL = {37}  # one picture is too small on purpose

# form, motif and accent colour of a picture; the number is the first row of the product
KINDS = {
    "pouch sausage #c9683d": (3,), "log roll #d98c4a": (1, 4, 60), "box moon #b5442e": (2,), "pouch sausage #a93226": (59,),
    "bottle drop #e3c766": (5, 53), "box leaf #4e8f4a": (6, 9, 10, 12), "box flower #5b6fc0": (8,), "box flower #c77f3a": (7,),
    "box leaf #8e4a86": (11,), "pouch shrimp #d9643a": (13, 57), "jar flower #c98a1e": (14,), "pouch flower #b07a35": (15,),
    "slim flower #d9b44a": (16, 72), "coconut half #6fa04a": (17, 19), "pouch coconut #7fb59a": (18,), "box coconut #d8a657": (20,),
    "box coconut #6aa84f": (21,), "box coconut #7b4b2a": (22,), "tet three #5c9448": (23, 29, 68), "tet green #3f8f4f": (24, 67),
    "tet mixed #6b8e3a": (30, 55), "tet plain #5a8a3c": (36, 54), "tet five #4c8a55": (71,), "pouch cacao #6e4429": (25,),
    "box cacao #54331f": (35,), "guitar wood #b5763a": (26,), "wine root #c9a13b": (27,), "wine root #a9742c": (43,),
    "dropper gac #c8401f": (28,), "paper round #efe2c0": (31, 37, 61), "pouch fish #4a86a8": (32,), "pouch fish #c7623a": (33,),
    "pouch root #a58ac0": (34,), "sack rice #4f9a5a": (38,), "sack rice #7a4f9a": (39,), "sack rice #b58a2e": (49,),
    "sack rice #3f7fa8": (50,), "jar gac #d0563a": (40,), "pouch rice #d8a03f": (41,), "fruit orange #f0932b": (42,),
    "mat coir #a9743f": (44,), "mat coir #8d5a35": (58,), "pouch coconut #5fa8c8": (45,), "slim drop #b8862b": (46,),
    "slim bubbles #a9b84a": (47,), "box nest #b98f4a": (48,), "box nut #c98b4a": (51,), "river boat #3f95a8": (52, 77),
    "slim fish #8a3f22": (56,), "box shrimp #3a7fb5": (62,), "box shrimp #c0392b": (63,), "box potato #c9752e": (73,),
    "box pumpkin #d98326": (74,), "box banana #d9b626": (75,), "slim waves #4a9fd0": (76,),
}


def shade(colour, factor):
    parts = [min(255, max(0, int(int(colour[i:i + 2], 16) * factor))) for i in (1, 3, 5)]
    return "#%02x%02x%02x" % tuple(parts)


def ellipse(x, y, rx, ry, fill, extra=""):
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}" {extra}/>'


def rect(x, y, w, h, fill, r=0, extra=""):
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}" {extra}/>'


def path(d, fill, extra=""):
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def motif(kind, x, y, s):
    """A small figure of about 100 x 100 around (x, y), scaled by s."""
    figures = {
        "leaf": path("M-45 30 Q-40 -40 45 -40 Q40 35 -45 30Z", "#5fa84f") + path("M-45 30 L30 -28", "none", 'stroke="#e9f5e0" stroke-width="4"'),
        "flower": "".join(f'<g transform="rotate({a})">{ellipse(0, -28, 16, 24, "#f2e6ff" if a % 144 else "#d9c2f5")}</g>' for a in range(0, 360, 72))
        + ellipse(0, 0, 14, 14, "#f5c542"),
        "shrimp": path("M-40 20 Q-45 -40 10 -40 Q50 -35 42 5 Q38 -15 12 -14 Q-8 -10 -8 18 Q-8 40 -30 44 Z", "#f28a5f")
        + ellipse(24, -22, 4, 4, "#33231c") + path("M40 -20 Q58 -50 40 -60 M40 -16 Q66 -34 62 -56", "none", 'stroke="#f28a5f" stroke-width="4"'),
        "fish": path("M-50 0 Q-10 -42 36 0 L58 -26 L58 26 L36 0 Q-10 42 -50 0Z", "#9cc3d6") + ellipse(-28, -6, 5, 5, "#22333c"),
        "coconut": ellipse(0, 0, 46, 44, "#7a5230") + ellipse(0, 4, 36, 32, "#fffdf5") + ellipse(0, 8, 24, 18, "#e8f1ea"),
        "cacao": ellipse(0, 0, 28, 48, "#b5651d", 'transform="rotate(35)"') + "".join(ellipse(x, y, 7, 9, "#5a2f16") for x, y in ((-12, 14), (2, -4), (14, -20))),
        "root": path("M0 -50 Q26 -20 12 10 Q30 40 18 52 Q4 40 0 18 Q-6 44 -22 50 Q-26 26 -10 6 Q-24 -22 0 -50Z", "#d9b98a"),
        "drop": path("M0 -50 Q38 4 26 28 Q0 58 -26 28 Q-38 4 0 -50Z", "#f3d25e"),
        "gac": ellipse(0, 4, 42, 44, "#d9481c") + path("M-10 -42 L10 -42 L4 -54 L-4 -54Z", "#4e7a30")
        + "".join(ellipse(x, y, 4, 4, "#f08a5a") for x, y in ((-18, -8), (0, -18), (18, -6), (-10, 14), (12, 18))),
        "rice": "".join(f'<g transform="rotate({a})">{ellipse(0, -28, 8, 20, "#e0bf55")}</g>' for a in (-60, -30, 0, 30, 60)) + path("M0 50 L0 -10", "none", 'stroke="#7aa04a" stroke-width="5"'),
        "sausage": "".join(rect(-46, y, 92, 22, "#c0503c", 11) for y in (-34, -6, 22)),
        "moon": ellipse(0, 0, 46, 46, "#d9963f") + ellipse(0, 0, 34, 34, "#e9b565") + "".join(f'<g transform="rotate({a})">{ellipse(0, -18, 7, 12, "#d9963f")}</g>' for a in range(0, 360, 60)),
        "nest": path("M-48 -10 Q0 64 48 -10 Q0 18 -48 -10Z", "#dfd0a6") + path("M-40 0 Q0 40 40 0 M-32 8 Q0 34 32 8", "none", 'stroke="#b5a374" stroke-width="4"'),
        "nut": "".join(f'<g transform="translate({x} {y}) rotate({a})">{ellipse(-10, 0, 16, 13, "#d9a864")}{ellipse(12, 0, 16, 14, "#d9a864")}</g>' for x, y, a in ((-14, -18, 20), (12, 8, -30), (-16, 30, 5))),
        "potato": ellipse(0, 0, 46, 28, "#b5543f", 'transform="rotate(-20)"') + ellipse(20, -8, 20, 18, "#f5b94a"),
        "pumpkin": "".join(ellipse(x, 4, 20, 34, c) for x, c in ((-26, "#e08a24"), (26, "#e08a24"), (0, "#f09c33"))) + rect(-5, -46, 10, 18, "#5d8038", 3),
        "banana": path("M-46 -14 Q-20 46 46 18 Q30 40 -6 40 Q-48 34 -46 -14Z", "#f2d33c") + path("M-40 -30 Q-10 24 50 2 Q40 22 6 24 Q-40 16 -40 -30Z", "#f7e05e"),
        "bubbles": "".join(ellipse(x, y, r, r, "#eef5d8") for x, y, r in ((-14, 20, 14), (16, 6, 18), (-4, -24, 11), (24, -34, 7))),
        "waves": "".join(path(f"M-46 {y} q23 -26 46 0 t46 0", "none", 'stroke="#2f80c0" stroke-width="8"') for y in (-20, 4, 28)),
    }
    return f'<g transform="translate({x} {y}) scale({s})">{figures[kind]}</g>' if kind in figures else ""


def wrap(text, width):
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = (lines[-1] + " " + word).strip()
    return lines


def label(text, x, y, w, h, colour):
    size, lines = 44, []
    while size > 12:
        lines = wrap(text, int(w / (size * 0.73)))
        if len(lines) * size * 1.2 <= h - 12 and max(map(len, lines)) * size * 0.73 <= w - 8:
            break
        size -= 2
    top = y - (len(lines) - 1) * size * 0.6 + size * 0.35
    spans = "".join(
        f'<text x="{x}" y="{top + i * size * 1.2:.0f}" font-size="{size}" text-anchor="middle" font-weight="bold" fill="{shade(colour, .5)}">{html.escape(line)}</text>'
        for i, line in enumerate(lines))
    return rect(x - w / 2, y - h / 2, w, h, "#fffaf0", 10, f'stroke="{shade(colour, .7)}" stroke-width="4"') + spans


def box(name, kind, c):
    return (path("M190 250 L240 200 L640 200 L610 250Z", shade(c, 1.25)) + path("M610 250 L640 200 L640 610 L610 650Z", shade(c, .7))
            + rect(190, 250, 420, 400, c) + ellipse(400, 342, 84, 80, "#fff4dc") + motif(kind, 400, 342, 1.2) + label(name, 400, 530, 380, 190, c))


def pouch(name, kind, c):
    return (path("M215 165 L585 165 L600 650 Q400 690 200 650Z", c) + rect(215, 165, 370, 34, shade(c, .75))
            + path("M235 205 Q225 430 222 640", "none", f'stroke="{shade(c, 1.3)}" stroke-width="8"')
            + ellipse(400, 320, 105, 95, "#fff4dc") + motif(kind, 400, 320, 1.45) + label(name, 400, 530, 340, 180, c))


def sack(name, kind, c):
    return (path("M195 180 Q400 150 605 180 Q640 420 610 660 Q400 700 190 660 Q160 420 195 180Z", "#f7f1df") + path("M195 180 Q400 150 605 180 L612 235 Q400 205 188 235Z", c)
            + path("M178 590 Q400 630 622 590 L610 660 Q400 700 190 660Z", c) + motif(kind, 400, 320, 1.7) + label(name, 400, 490, 370, 150, c))


def bottle(name, kind, c, body=(270, 260), neck=90, cap=None):
    w, top = body
    x = 400 - w / 2
    return (rect(400 - neck / 2, 120, neck, top - 90, shade(c, 1.1)) + rect(400 - neck / 2 - 8, 105, neck + 16, 50, cap or shade(c, .55), 8)
            + path(f"M{x} {top + 60} Q{x} {top} {400 - neck / 2} {top - 30} L{400 + neck / 2} {top - 30} Q{x + w} {top} {x + w} {top + 60} L{x + w} 650 Q400 690 {x} 650Z", c)
            + rect(x + 14, top + 60, 14, 540 - top, shade(c, 1.4), 7, 'opacity="0.7"') + motif(kind, 400, top + 70, 1.0) + label(name, 400, 520, w - 14, 190, c))


def jar(name, kind, c):
    return (rect(255, 180, 290, 80, shade(c, .6), 14) + rect(230, 250, 340, 410, c, 44) + rect(250, 280, 16, 330, shade(c, 1.4), 8, 'opacity="0.7"')
            + motif(kind, 400, 335, 1.2) + label(name, 400, 520, 320, 190, c))


def log(name, kind, c):
    dots = "".join(ellipse(x, y, 16, 16, k) for x, y, k in ((560, 400, "#f28a3c"), (600, 440, "#f5d04a"), (560, 480, "#4b3a2f"), (525, 440, "#f28a3c")))
    return (rect(120, 320, 440, 240, "#5f9a4a", 110) + "".join(path(f"M{x} 322 Q{x + 26} 440 {x} 558", "none", 'stroke="#e6d9a8" stroke-width="7"') for x in (190, 270, 350, 430))
            + ellipse(560, 440, 92, 120, "#f7dfc6") + ellipse(560, 440, 70, 92, "#fdf0dd") + dots + label(name, 320, 440, 330, 130, c))


def tet(name, kind, c):
    rings = {"three": ("#8e5aa8", "#6fae52", "#f0c64a"), "green": ("#6fae52", "#8cc46c", "#f0dc8a"), "mixed": ("#f3ecd4", "#f0c64a", "#d9643a"),
             "plain": ("#f7f2e2", "#f3ecd4", "#f0d56a"), "five": ("#8e5aa8", "#d9643a", "#f0c64a")}[kind]
    slices = "".join(ellipse(x, 610, r, r, k) for x in (250, 400, 550) for r, k in zip((66, 48, 26), rings))
    strings = "".join(path(f"M{x} 222 Q{x + 26} 330 {x} 438", "none", 'stroke="#efe3b0" stroke-width="6"') for x in range(180, 660, 80))
    return rect(110, 220, 580, 220, c, 80) + strings + label(name, 400, 330, 400, 130, c) + ellipse(400, 640, 290, 54, "#fffdf5") + slices


def coconut(name, kind, c):
    return (ellipse(300, 380, 170, 175, c) + path("M190 290 Q300 200 410 290", "none", f'stroke="{shade(c, 1.3)}" stroke-width="14"')
            + ellipse(520, 470, 170, 160, "#7a5230") + ellipse(520, 470, 142, 132, "#fffdf6") + ellipse(520, 485, 96, 80, "#e6efe4") + ellipse(490, 470, 26, 16, "#ffffff") + label(name, 330, 610, 420, 100, c))


def guitar(name, kind, c):
    frets = "".join(path(f"M372 {y} q28 10 56 0", "none", 'stroke="#e6d9b8" stroke-width="5"') for y in range(150, 350, 26))
    return (rect(372, 70, 56, 330, "#4a2f1d", 6) + rect(360, 60, 80, 60, "#33200f", 8) + frets + ellipse(400, 410, 120, 100, c) + ellipse(400, 560, 160, 130, c) + rect(300, 400, 200, 130, c)
            + ellipse(400, 440, 46, 46, "#33200f") + "".join(path(f"M{x} 100 L{x} 590", "none", 'stroke="#f2ead8" stroke-width="2"') for x in (384, 395, 406, 417))
            + rect(340, 590, 120, 16, "#33200f", 4) + label(name, 400, 655, 400, 74, c))


def paper(name, kind, c):
    return ("".join(ellipse(400, y, 270, 110, k, f'stroke="{shade(c, .8)}" stroke-width="3"') for y, k in ((450, shade(c, .9)), (420, c), (390, shade(c, 1.05)), (360, "#fbf4df")))
            + "".join(ellipse(x, y, 5, 3, "#b59a5a") for x, y in ((250, 330), (330, 300), (470, 310), (560, 350), (400, 290), (520, 400), (290, 390))) + label(name, 400, 600, 460, 130, "#b5803a"))


def mat(name, kind, c):
    lines = "".join(path(f"M{150 + i * 3} {290 + i * 26} L{650 + i * 5} {290 + i * 26}", "none", f'stroke="{shade(c, 1.2 if i % 2 else .85)}" stroke-width="11" stroke-dasharray="12 5"') for i in range(12))
    return path("M130 270 L660 270 L720 610 L150 610Z", c, f'stroke="{shade(c, .6)}" stroke-width="14"') + lines + label(name, 420, 440, 380, 120, c)


def fruit(name, kind, c):
    balls = "".join(ellipse(x, y, 84, 80, k) + path(f"M{x} {y - 78} q24 -30 56 -18 q-20 26 -56 18", "#4f9a4a")
                    for x, y, k in ((300, 330, shade(c, .92)), (480, 320, c), (220, 450, c), (390, 450, shade(c, 1.06)), (560, 450, shade(c, .95))))
    return balls + path("M130 490 L670 490 L610 670 L190 670Z", "#b98a4f") + label(name, 400, 580, 360, 110, c)


def river(name, kind, c):
    palms = "".join(path(f"M{x} 400 q-10 -90 6 -150", "none", 'stroke="#7a5230" stroke-width="12"') + "".join(
        f'<g transform="translate({x + 6} 250) rotate({a})">{ellipse(36, 0, 42, 11, "#4f9a4a")}</g>' for a in (-160, -110, -60, -15, 30, 200)) for x in (150, 260, 610))
    return (path("M0 390 Q400 330 800 390 L800 460 L0 460Z", "#8cc46c") + palms + rect(0, 440, 800, 240, c) + "".join(path(f"M{x} {y} q20 -14 40 0 t40 0", "none", 'stroke="#e0f2f5" stroke-width="5"') for x, y in ((90, 500), (560, 490), (640, 560)))
            + path("M240 500 L560 500 Q520 560 400 560 Q280 560 240 500Z", "#7a4a2a") + ellipse(400, 440, 24, 24, "#f2c9a0") + path("M360 432 L440 432 L400 396Z", "#efe0a8") + rect(376, 462, 48, 42, "#3f5f9a", 8) + label(name, 400, 630, 480, 96, c))


FORMS = {
    "box": box, "pouch": pouch, "sack": sack, "jar": jar, "log": log, "tet": tet, "coconut": coconut, "guitar": guitar, "paper": paper, "mat": mat,
    "fruit": fruit, "river": river, "bottle": bottle, "slim": lambda n, k, c: bottle(n, k, c, (230, 240), 76), "wine": lambda n, k, c: bottle(n, k, c, (250, 330), 70, "#7a1f2b"),
    "dropper": lambda n, k, c: bottle(n, k, c, (290, 330), 60, "#2c2c2c"),
}


def picture(row, name, form, kind, colour, second):
    hue = (row * 0.137 + (0.5 if second else 0)) % 1
    light, dark = ("#%02x%02x%02x" % tuple(int(255 * v) for v in colorsys.hls_to_rgb(hue, l, .45)) for l in (.93, .82))
    drawing = FORMS[form](name, kind, colour)
    if second:  # the same thing, smaller, in front of its raw material
        back = "".join(motif(kind if kind in ("flower", "rice", "coconut") else "leaf", x, y, 1.1) for x, y in ((110, 180), (690, 200), (100, 420), (710, 430), (120, 600), (690, 610)))
        drawing = back + f'<g transform="translate(92 110) scale(0.77)">{drawing}</g>'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800" font-family="DejaVu Sans">'
            f'<defs><linearGradient id="g" x2="0" y2="1"><stop offset="0" stop-color="{light}"/><stop offset="1" stop-color="{dark}"/></linearGradient></defs>'
            + rect(0, 0, 800, 800, "url(#g)") + ellipse(400, 400, 330, 330, "#ffffff", 'opacity="0.35"') + rect(0, 640, 800, 160, "#e8d3b0")
            + rect(0, 640, 800, 10, "#d6bb8e") + ellipse(400, 668, 290, 24, "#b89a6a", 'opacity="0.5"') + drawing + rect(0, 732, 800, 68, "#2f2a26")
            + f'<text x="400" y="778" font-size="34" font-weight="bold" text-anchor="middle" letter-spacing="4" fill="#ffffff">{MARK}</text></svg>')


def main():
    form_of = {row: form.split() for form, rows in KINDS.items() for row in rows}
    done = set()
    for line in (HERE / "products.ndjson").read_text(encoding="utf-8").splitlines():
        product = json.loads(line)
        for image in product["images"]:
            row, second = re.fullmatch(r"images/(\d+)(-2)?\.jpg", image).groups()
            if image in done:
                continue
            done.add(image)
            side = 300 if int(row) in SMALL else 800
            svg = picture(int(row), product["productName"], *form_of[int(row)], second)
            png = subprocess.run(["rsvg-convert", "-w", str(side), "-h", str(side)], input=svg.encode(), capture_output=True, check=True).stdout
            Image.open(io.BytesIO(png)).convert("RGB").save(HERE / image, quality=76, optimize=True)
    print(f"{len(done)} pictures")


if __name__ == "__main__":
    main()
