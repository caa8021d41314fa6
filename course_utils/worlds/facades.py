"""Facades of houses: a bank of painted fronts."""

import functools
import random

from course_utils.worlds.camera import mix

from PIL import Image, ImageDraw

FACADES = 30
PIXELS = 20  # of the bank per metre

_WALLS = (
    (178, 112, 88), (150, 86, 70), (214, 196, 160), (226, 214, 192), (196, 186, 176),
    (170, 164, 156), (204, 170, 130), (222, 206, 204), (158, 176, 186), (190, 150, 120),
    (234, 226, 210), (140, 120, 108), (128, 136, 146), (222, 190, 110), (160, 184, 160),
)  # fmt: skip
_SIGNS = (
    (168, 44, 40), (34, 72, 118), (36, 100, 70), (212, 164, 52), (60, 52, 60), (196, 110, 60),
    (112, 60, 108), (228, 226, 220),
)  # fmt: skip
_ROOFS = ((122, 72, 58), (90, 86, 90), (140, 90, 66), (76, 80, 88))
_TRIMS = ((240, 236, 228), (100, 92, 86), (186, 178, 166))


class Facade:
    """One front of the bank; it is painted when its pixels are first asked for.

    Attributes:
        width, height: metres.
        wall, roof: colours 0..255; roof is None for a flat one.
        pixels: width and height of its pictures.
    """

    def __init__(self, index):
        dice = random.Random(2000 + index)
        self.width = dice.uniform(8, 17)
        floors = dice.choice((2, 3, 3, 4, 5)) if index % 3 else dice.choice((4, 5, 6, 7))
        self.storey = dice.uniform(2.9, 3.4)
        self.ground = self.storey + dice.uniform(0.3, 0.9)
        self.height = self.ground + (floors - 1) * self.storey + 0.9
        self.wall = mix(dice.choice(_WALLS), (205, 205, 205), dice.uniform(0, 0.25))
        self.roof = dice.choice(_ROOFS) if floors < 5 and dice.random() < 0.6 else None
        self._trim = dice.choice(_TRIMS)
        self._dice, self._storeys = dice, floors
        self._scale = 2 * PIXELS
        self._size = int(self.width * self._scale), int(self.height * self._scale)
        self.pixels = tuple((side + 1) // 2 for side in self._size)

    @property
    def day(self):
        """The front by day, RGB."""
        return self._painted[0]

    @property
    def lights(self):
        """How brightly its windows shine at night, L."""
        return self._painted[1]

    @functools.cached_property
    def _painted(self):
        dice, size = self._dice, self._size
        self._day = Image.new("RGB", size, tuple(map(int, self.wall)))
        self._lit = Image.new("L", size)
        self._draw, self._glow = ImageDraw.Draw(self._day), ImageDraw.Draw(self._lit)
        self._masonry(dice)
        self._floors(dice, self._storeys)
        self._ground_floor(dice)
        top = self.height
        self._rectangle(0, self.width, top - 0.30, top, self._trim)
        self._rectangle(0, self.width, top - 0.42, top - 0.30, mix(self.wall, (0, 0, 0), 0.4))
        edge = mix(self.wall, (0, 0, 0), 0.25)
        self._rectangle(0, 0.08, 0, top, edge)
        self._rectangle(self.width - 0.08, self.width, 0, top, edge)
        painted = self._day.reduce(2), self._lit.reduce(2)
        del self._draw, self._glow, self._day, self._lit, self._dice
        return painted

    def _rectangle(self, x0, x1, y0, y1, colour, glow=0.0):
        box = [x0 * self._scale, (self.height - y1) * self._scale,
               x1 * self._scale - 1, (self.height - y0) * self._scale - 1]  # fmt: skip
        if box[2] <= box[0] or box[3] <= box[1]:
            return
        self._draw.rectangle(box, fill=tuple(map(int, colour)))
        self._glow.rectangle(box, fill=int(255 * glow))

    def _masonry(self, dice):
        """Courses of brick, or stains that run down plaster."""
        width, height = self._day.size
        if self.wall[0] > self.wall[2] + 45:
            course = int(0.16 * self._scale)
            for y in range(0, height, course):
                self._draw.line(
                    (0, y, width, y), fill=tuple(map(int, mix(self.wall, (230, 220, 210), 0.22)))
                )
                for _ in range(width // 60):
                    x, tone = dice.randrange(width), dice.uniform(-0.16, 0.1)
                    colour = mix(self.wall, (255, 255, 255) if tone > 0 else (0, 0, 0), abs(tone))
                    self._draw.rectangle(
                        (x, y + 1, x + 14, y + course - 1), fill=tuple(map(int, colour))
                    )
        else:
            for _ in range(26):
                x, y, tone = dice.randrange(width), dice.randrange(height), dice.uniform(0.01, 0.07)
                colour = tuple(map(int, mix(self.wall, (60, 55, 50), tone)))
                self._draw.rectangle(
                    (x, y, x + dice.randrange(8, 60), y + dice.randrange(60, 400)), fill=colour
                )

    def _floors(self, dice, floors):
        pitch = dice.uniform(2.3, 3.4)
        columns = max(2, round(self.width / pitch))
        pitch, share = self.width / columns, dice.uniform(0.40, 0.58)
        tall = dice.uniform(0.5, 0.66) * self.storey
        framed, shutters = dice.random() < 0.6, dice.random() < 0.25
        balconies, bands = dice.random() < 0.3, dice.random() < 0.4
        shutter = mix(dice.choice(_SIGNS), (90, 90, 90), 0.3)
        for floor in range(1, floors):
            base = self.ground + (floor - 1) * self.storey
            if bands or floor == 1:
                self._rectangle(0, self.width, base - 0.16, base, self._trim)
                self._rectangle(
                    0, self.width, base - 0.22, base - 0.16, mix(self.wall, (0, 0, 0), 0.3)
                )
            for column in range(columns):
                x0 = (column + 0.5 - share / 2) * pitch
                x1, y0, y1 = x0 + share * pitch, base + 0.7, base + 0.7 + tall
                if framed:
                    self._rectangle(x0 - 0.14, x1 + 0.14, y0 - 0.1, y1 + 0.16, self._trim)
                self._window(dice, x0, x1, y0, y1, lit=dice.random() < 0.38)
                if shutters:
                    self._rectangle(x0 - 0.5, x0 - 0.06, y0, y1, shutter)
                    self._rectangle(x1 + 0.06, x1 + 0.5, y0, y1, shutter)
                if balconies and column % 2:
                    iron = (52, 54, 58)
                    self._rectangle(
                        x0 - 0.4,
                        x1 + 0.4,
                        base + 0.42,
                        base + 0.60,
                        mix(self._trim, (0, 0, 0), 0.2),
                    )
                    self._rectangle(x0 - 0.4, x1 + 0.4, base + 1.4, base + 1.5, iron)
                    x = x0 - 0.4
                    while x < x1 + 0.4:
                        self._rectangle(x, x + 0.05, base + 0.6, base + 1.4, iron)
                        x += 0.2

    def _window(self, dice, x0, x1, y0, y1, lit):
        """Glass that mirrors the sky, curtains, bars, a sill, and the shadow of the reveal."""
        tone = dice.uniform(0.0, 0.8)
        glass = mix((64, 76, 90), (150, 172, 192), tone)
        warm = dice.uniform(0.55, 1.0) if lit else 0.0
        self._rectangle(x0, x1, y0, y1, glass, warm)
        split = y0 + (y1 - y0) * dice.uniform(0.3, 0.7)
        self._rectangle(
            x0,
            x1,
            y0,
            split,
            mix(glass, (30, 36, 44), 0.35),
            0.8 * warm,
        )
        if dice.random() < 0.45:
            curtain = (196, 188, 176)
            wide = (x1 - x0) * dice.uniform(0.12, 0.28)
            for a, b in ((x0, x0 + wide), (x1 - wide, x1)):
                self._rectangle(a, b, y0, y1, mix(glass, curtain, 0.6), 0.5 * warm)
        dark = mix(self.wall, (0, 0, 0), 0.55)
        self._rectangle(x0, x1, y1 - 0.12, y1, dark)
        self._rectangle(x0, x0 + 0.08, y0, y1, dark)
        middle = (x0 + x1) / 2
        self._rectangle(middle - 0.035, middle + 0.035, y0, y1, self._trim)
        cross = y0 + 0.68 * (y1 - y0)
        self._rectangle(x0, x1, cross - 0.03, cross + 0.03, self._trim)
        self._rectangle(x0 - 0.12, x1 + 0.12, y0 - 0.12, y0, mix(self._trim, (255, 255, 255), 0.2))
        self._rectangle(x0 - 0.12, x1 + 0.12, y0 - 0.20, y0 - 0.12, mix(self.wall, (0, 0, 0), 0.35))

    def _ground_floor(self, dice):
        plinth = mix(self.wall, (70, 70, 72), 0.5)
        self._rectangle(0, self.width, 0, 0.55, plinth)
        units = max(2, round(self.width / dice.uniform(3.0, 4.6)))
        unit, door = self.width / units, dice.randrange(units)
        shop, sign = dice.random() < 0.6, dice.choice(_SIGNS)
        leaf = mix(dice.choice(_SIGNS), (60, 44, 36), 0.5)
        for k in range(units):
            x0, x1 = k * unit, (k + 1) * unit
            if k == door:
                self._rectangle(x0 + 0.3 * unit - 0.14, x1 - 0.3 * unit + 0.14, 0, 2.75, self._trim)
                self._rectangle(x0 + 0.3 * unit, x1 - 0.3 * unit, 0.08, 2.2, leaf)
                self._rectangle(x0 + 0.3 * unit, x1 - 0.3 * unit, 2.25, 2.65, (90, 104, 116), 0.8)
                self._rectangle(x0 + 0.36 * unit, x1 - 0.36 * unit, 1.1, 2.05, (74, 84, 94), 0.6)
            elif shop:
                self._shop(dice, x0 + 0.15, x1 - 0.15)
            else:
                self._window(dice, x0 + 0.3 * unit, x1 - 0.3 * unit, 1.0, 2.6, dice.random() < 0.4)
        if shop:
            low = self.ground - 0.95
            self._rectangle(0.1, self.width - 0.1, low, low + 0.65, sign)
            self._rectangle(0.1, self.width - 0.1, low - 0.08, low, mix(sign, (0, 0, 0), 0.5))
            pale, x = (240, 236, 226) if sum(sign) < 480 else (60, 60, 70), 0.6
            while x < self.width - 1.0:
                wide = dice.uniform(0.14, 0.34)
                if dice.random() < 0.75:
                    self._rectangle(x, x + wide, low + 0.18, low + 0.47, pale, 0.8)
                x += wide + 0.09

    def _shop(self, dice, x0, x1):
        y0, y1 = 0.45, self.ground - 1.0
        warm = dice.uniform(0.75, 1.0)
        self._rectangle(x0, x1, y0, y1, (82, 94, 104), warm)
        self._rectangle(x0, x1, y0, y0 + 0.8, (60, 66, 72), 0.65 * warm)
        x = x0 + 0.1
        while x < x1 - 0.3:
            wide, tall = dice.uniform(0.15, 0.5), dice.uniform(0.3, 1.1)
            goods = mix(dice.choice(_SIGNS), (90, 96, 104), 0.55)
            self._rectangle(x, min(x1, x + wide), y0 + 0.1, y0 + 0.1 + tall, goods, 0.35 * warm)
            x += wide + dice.uniform(0.05, 0.4)
        self._rectangle(x0, x0 + 0.07, y0, y1, (44, 46, 50))
        self._rectangle(x1 - 0.07, x1, y0, y1, (44, 46, 50))
        self._rectangle(x0, x1, y1 - 0.35, y1, (50, 56, 62), 0.5 * warm)


@functools.cache
def facade(index):
    """Return facade `index` of the bank, the same everywhere."""
    return Facade(index)
