"""Cars and motorcycles as solids, drawn from whichever side the camera sees."""

import math

from course_utils.worlds import bodies
from course_utils.worlds.camera import mix

# The outline from the front's lower edge over the roof to the rear's lower edge:
# (forward as a share of half the length, up as a share of the height).
CARS = {
    "sedan": (4.6, 1.80, 1.46, (
        (0.97, 0.17), (1.0, 0.38), (0.94, 0.54), (0.45, 0.65), (0.12, 0.98), (-0.36, 1.0),
        (-0.70, 0.68), (-0.96, 0.65), (-1.0, 0.38), (-0.98, 0.19))),
    "hatchback": (3.9, 1.72, 1.48, (
        (0.97, 0.17), (1.0, 0.38), (0.93, 0.53), (0.50, 0.65), (0.14, 0.98), (-0.62, 1.0),
        (-0.92, 0.66), (-0.98, 0.60), (-1.0, 0.36), (-0.97, 0.19))),
    "estate": (4.7, 1.80, 1.50, (
        (0.97, 0.17), (1.0, 0.38), (0.94, 0.54), (0.48, 0.65), (0.18, 0.97), (-0.80, 1.0),
        (-0.95, 0.66), (-0.98, 0.60), (-1.0, 0.36), (-0.98, 0.19))),
    "suv": (4.6, 1.88, 1.74, (
        (0.97, 0.20), (1.0, 0.40), (0.95, 0.58), (0.52, 0.66), (0.24, 0.97), (-0.78, 1.0),
        (-0.95, 0.66), (-0.99, 0.60), (-1.0, 0.38), (-0.97, 0.22))),
    "van": (5.0, 1.94, 2.10, (
        (0.97, 0.15), (1.0, 0.32), (0.97, 0.46), (0.74, 0.56), (0.44, 0.97), (-0.96, 1.0),
        (-0.985, 0.62), (-0.99, 0.50), (-1.0, 0.30), (-0.98, 0.16))),
}  # fmt: skip
_WIDTHS = (0.94, 0.97, 0.95, 0.97, 0.77, 0.77, 0.95, 0.97, 0.97, 0.94)
PAINTS = (
    (196, 34, 36), (28, 62, 128), (238, 238, 236), (236, 236, 232), (34, 36, 40), (44, 46, 50),
    (158, 162, 168), (110, 114, 120), (190, 194, 198), (30, 92, 74), (222, 178, 40), (120, 36, 44),
    (92, 140, 180), (204, 196, 178), (214, 98, 36),
)  # fmt: skip
_GLASS = (34, 42, 50)
_CIRCLE = [(math.cos(a * math.pi / 7), math.sin(a * math.pi / 7)) for a in range(14)]


def chosen_car(dice):
    """Draw a car's kind, paint and trim."""
    return {
        "kind": dice.choice(
            ("sedan", "sedan", "hatchback", "hatchback", "estate", "suv", "suv", "van")
        ),
        "paint": _varied(dice, dice.choice(PAINTS)),
        "rim": dice.choice(((150, 154, 160), (190, 192, 196), (60, 62, 66))),
        "plate": dice.choice(((236, 236, 230), (236, 206, 70))),
        "roof_sign": dice.random() < 0.06,
        "size": dice.uniform(0.94, 1.06),
    }


def chosen_motorcycle(dice):
    """Draw a motorcycle's kind and paint, and its rider's looks (None when parked)."""
    rider = bodies.dressed(dice)
    rider["helmet"] = _varied(dice, dice.choice(PAINTS))
    rider["cut"] = "trousers"
    rider["bag"] = dice.choice(("none", "none", "backpack"))
    rider["build"] = dice.uniform(1.0, 1.25)
    return {
        "kind": dice.choice(("naked", "sport", "scooter")),
        "paint": _varied(dice, dice.choice(PAINTS)),
        "rider": rider if dice.random() < 0.88 else None,
        "top_case": dice.random() < 0.25,
    }


def _varied(dice, colour):
    factor = dice.uniform(0.8, 1.1)
    return tuple(min(255.0, channel * factor) for channel in colour)


def car_size(car):
    """Return a car's (length, width, height) in metres."""
    return tuple(side * car["size"] for side in CARS[car["kind"]][:3])


def draw_car(sketch, place, car):
    """Add a car to a sketch; its origin is the middle of its footprint."""
    length, width, height = car_size(car)
    outline = [(f * length / 2, u * height) for f, u in CARS[car["kind"]][3]]
    halves = [share * width / 2 for share in _WIDTHS]
    eye_forward, eye_right, eye_up = place.eye
    dusk = place.light.day < 0.45
    faces = []

    def face(points, colour):
        faces.append((points, colour))

    def on_strip(strip, s0, s1, t0, t1, colour):
        """Paint part of a strip: s from -1 (left) to 1 (right), t along the outline."""
        (f0, u0), (f1, u1) = outline[strip], outline[strip + 1]
        w0, w1 = halves[strip], halves[strip + 1]
        corners = []
        for s, t in ((s0, t0), (s1, t0), (s1, t1), (s0, t1)):
            corners.append((f0 + (f1 - f0) * t, s * (w0 + (w1 - w0) * t), u0 + (u1 - u0) * t))
        face(corners, colour)

    wheel = 0.215 * height if car["kind"] not in ("suv", "van") else 0.36
    wheel = max(0.30, min(0.38, wheel))
    axles = (0.62 * length / 2, -0.60 * length / 2)
    tyre, tread = place.shade((30, 30, 32)), place.shade((20, 20, 22), (0, 0, 0))
    floor = outline[0][1]
    near_axles = sorted(axles, key=lambda f: -abs(eye_forward - f))
    side = 1 if eye_right > 0 else -1

    # Behind everything: the dark underneath and the wheels' treads.
    under = place.shade((14, 14, 16), (0, 0, 0))
    for end in sorted((outline[0][0], outline[-1][0]), key=lambda f: -abs(eye_forward - f)):
        face([(end * 0.9, -halves[0] * 0.92, 0.16), (end * 0.9, halves[0] * 0.92, 0.16),
              (end * 0.9, halves[0] * 0.92, floor + 0.1), (end * 0.9, -halves[0] * 0.92, floor + 0.1)], under)  # fmt: skip
    for axle in near_axles:
        for hand in (-side, side):
            outer, inner = hand * (width / 2 - 0.03), hand * (width / 2 - 0.24)
            for right in (inner, (inner + outer) / 2):
                face([(axle + wheel * c, right, wheel + wheel * s) for c, s in _CIRCLE], tread)
            for ahead in (-0.75, 0.75):
                face([(axle + wheel * ahead, inner, wheel * 0.35), (axle + wheel * ahead, outer, wheel * 0.35),
                      (axle + wheel * ahead, outer, wheel * 1.2), (axle + wheel * ahead, inner, wheel * 1.2)], tread)  # fmt: skip

    order = range(8, -1, -1) if eye_forward > 0 else range(9)
    roof_drawn = False
    for strip in order:
        (f0, u0), (f1, u1) = outline[strip], outline[strip + 1]
        along_f, along_u = f1 - f0, u1 - u0
        norm = math.hypot(along_f, along_u)
        normal = (along_u / norm, 0.0, -along_f / norm)
        if normal[0] * (eye_forward - f0) + normal[2] * (eye_up - u0) <= 0:
            continue
        paint = place.shade(car["paint"], normal, 0.16)
        if strip in (3, 5) and not roof_drawn:
            roof_drawn = True
        on_strip(strip, -1, 1, 0, 1, paint)
        if strip in (3, 5):
            sky = 0.62 if strip == 3 else 0.5
            glass = place.shade(_GLASS, (0, 0, 1.0), sky)
            if not (strip == 5 and car["kind"] == "van" and car["roof_sign"]):
                on_strip(strip, -0.90, 0.90, 0.06, 0.93, glass)
                darker = place.shade(_GLASS, (0, 0, 1.0), sky * 0.45)
                low = (0.06, 0.45) if strip == 3 else (0.55, 0.93)
                on_strip(strip, -0.90, 0.90, *low, darker)
        elif strip == 1:
            on_strip(strip, -0.5, 0.5, 0.1, 0.75, place.shade((28, 30, 33), normal))
            lamp = (255, 246, 214) if dusk else place.shade((226, 230, 232), normal, 0.1)
            lamp = place.light.glow(lamp, place.depth) if dusk else lamp
            on_strip(strip, -0.98, -0.58, 0.45, 0.95, lamp)
            on_strip(strip, 0.58, 0.98, 0.45, 0.95, lamp)
        elif strip == 0:
            on_strip(strip, -0.95, 0.95, 0.0, 0.42, place.shade((34, 35, 38), normal))
            on_strip(strip, -0.27, 0.27, 0.5, 0.95, place.shade(car["plate"], normal))
        elif strip in (6, 7):
            rear = 7 if abs(outline[8][1] - outline[7][1]) > 0.2 else 6
            if strip == rear:
                lamp = (255, 52, 40) if dusk else place.shade((186, 22, 26), normal)
                lamp = place.light.glow(lamp, place.depth) if dusk else lamp
                on_strip(strip, -0.98, -0.62, 0.08, 0.62, lamp)
                on_strip(strip, 0.62, 0.98, 0.08, 0.62, lamp)
                on_strip(strip, -0.27, 0.27, 0.40, 0.82, place.shade(car["plate"], normal))
        elif strip == 8:
            on_strip(strip, -0.95, 0.95, 0.55, 1.0, place.shade((34, 35, 38), normal))

    if abs(eye_right) > width / 2:
        _side(face, place, car, outline, halves, side, axles, wheel, tyre)
    if car["roof_sign"] and car["kind"] != "van":
        sign = place.shade((250, 226, 120), (0, 0, 0.5))
        middle = (outline[4][0] + outline[5][0]) / 2 + 0.2
        face([(middle, -0.25, height), (middle, 0.25, height), (middle, 0.22, height + 0.16), (middle, -0.22, height + 0.16)], sign)  # fmt: skip

    _project(sketch, place, faces)


def _side(face, place, car, outline, halves, side, axles, wheel, tyre):
    """Paint the flank that the camera sees: body, windows, door lines, arches and wheels."""
    normal = (0.0, float(side), 0.15)
    at = [(f, side * w, u) for (f, u), w in zip(outline, halves, strict=True)]
    paint = place.shade(car["paint"], normal, 0.25)
    low = place.shade(mix(car["paint"], (0, 0, 0), 0.22), normal)
    face([at[i] for i in (0, 1, 2, 3, 6, 7, 8, 9)], paint)
    face([at[i] for i in (3, 4, 5, 6)], paint)
    half = side * halves[3]

    def flat(points):
        return [(f, half * 1.0, u) for f, u in points]

    bottom, belt, top = outline[0][1], outline[3][1], outline[4][1]
    front, back = outline[0][0], outline[9][0]
    face(
        flat(
            [(front, bottom), (back, bottom), (back * 1.0, bottom + 0.17), (front, bottom + 0.17)]
        ),
        low,
    )
    crease = bottom + 0.62 * (belt - bottom)
    bright = place.shade(mix(car["paint"], (255, 255, 255), 0.16), normal, 0.3)
    face(flat([(front * 0.98, crease), (back * 0.98, crease), (back * 0.98, crease + 0.05), (front * 0.98, crease + 0.05)]), bright)  # fmt: skip

    # Windows lie on the leaning greenhouse: s along the belt, t from belt to roof.
    def window(s0, s1, colour, t0=0.08, t1=0.90):
        corners = []
        for s, t in ((s0, t0), (s1, t0), (s1, t1), (s0, t1)):
            lower = [a + (b - a) * s for a, b in zip(at[3], at[6], strict=True)]
            upper = [a + (b - a) * s for a, b in zip(at[4], at[5], strict=True)]
            corners.append([a + (b - a) * t for a, b in zip(lower, upper, strict=True)])
        face(corners, colour)

    glass = place.shade(_GLASS, (0.0, 0.0, 1.0), 0.38)
    shine = place.shade(_GLASS, (0.0, 0.0, 1.0), 0.62)
    if car["kind"] == "van":
        panes = [(0.03, 0.24)] if car["roof_sign"] else [(0.03, 0.24), (0.30, 0.60), (0.64, 0.94)]
    elif car["kind"] in ("estate", "suv"):
        panes = [(0.06, 0.36), (0.40, 0.68), (0.72, 0.93)]
    else:
        panes = [(0.07, 0.47), (0.52, 0.90)]
    for s0, s1 in panes:
        window(s0, s1, glass)
        window(s0 + 0.02, s1, shine, 0.62, 0.90)
    seam = place.shade(mix(car["paint"], (0, 0, 0), 0.45), normal)
    for share in (0.02, 0.48, 0.88):
        forward = outline[3][0] + (outline[6][0] - outline[3][0]) * share
        face(flat([(forward, bottom + 0.1), (forward + 0.03, bottom + 0.1), (forward + 0.03, belt), (forward, belt)]), seam)  # fmt: skip
    mirror = place.shade(mix(car["paint"], (0, 0, 0), 0.3), normal)
    f, r = outline[3][0] - 0.12, side * (abs(half) + 0.14)
    face(
        [(f, half, belt), (f, r, belt + 0.02), (f, r, belt + 0.17), (f, half, belt + 0.13)], mirror
    )
    face(
        [
            (f, r, belt + 0.02),
            (f + 0.15, r, belt + 0.04),
            (f + 0.15, r, belt + 0.15),
            (f, r, belt + 0.17),
        ],
        mirror,
    )
    dusk = place.light.day < 0.45
    lamp = place.light.glow((255, 246, 214), place.depth) if dusk else place.shade((226, 230, 232))
    tail = place.light.glow((255, 52, 40), place.depth) if dusk else place.shade((186, 22, 26))
    (f2, u2), (f7, u7) = outline[2], outline[7]
    face(
        flat([(f2 + 0.04, u2 - 0.16), (f2 - 0.26, u2 - 0.09), (f2 - 0.22, u2 + 0.0), (f2, u2)]),
        lamp,
    )
    face(
        flat(
            [(f7, u7 - 0.02), (f7 + 0.2, u7 - 0.03), (f7 + 0.16, u7 - 0.18), (f7 - 0.03, u7 - 0.2)]
        ),
        tail,
    )
    arch = place.shade((16, 16, 18), (0, 0, 0))
    rim = place.shade(car["rim"], normal)
    hub = place.shade(mix(car["rim"], (0, 0, 0), 0.55), normal)
    for axle in sorted(axles, key=lambda f: -abs(place.eye[0] - f)):
        for radius, right, colour in (
            (wheel * 1.18, abs(half), arch), (wheel, abs(half) - 0.03, tyre),
            (wheel * 0.68, abs(half) - 0.02, rim), (wheel * 0.22, abs(half) - 0.02, hub),
        ):  # fmt: skip
            lift = max(0.0, radius - wheel)
            face([(axle + radius * c, side * right, max(wheel + radius * s, 0.0 if not lift else bottom)) for c, s in _CIRCLE], colour)  # fmt: skip


def _project(sketch, place, faces):
    us, vs, _ = place.project([point for points, _ in faces for point in points])
    start = 0
    for points, colour in faces:
        stop = start + len(points)
        flat = [0.0] * (2 * len(points))
        flat[::2], flat[1::2] = us[start:stop], vs[start:stop]
        sketch.polygon(flat, colour)
        start = stop


def draw_motorcycle(sketch, place, motorcycle):
    """Add a motorcycle, with its rider if it has one, to a sketch."""
    paint = place.shade(motorcycle["paint"], (0, 0, 0.8), 0.15)
    shadow = place.shade(mix(motorcycle["paint"], (0, 0, 0), 0.35))
    black, steel = place.shade((26, 26, 28)), place.shade((130, 132, 136), (0, 0, 0.7), 0.1)
    tyre, rim = place.shade((24, 24, 26)), place.shade((96, 98, 102))
    dusk = place.light.day < 0.45
    lamp = place.light.glow((255, 246, 214), place.depth) if dusk else place.shade((230, 232, 232))
    tail = place.light.glow((255, 52, 40), place.depth) if dusk else place.shade((190, 24, 26))
    kind = motorcycle["kind"]
    wheel, base = (0.26, 0.62) if kind == "scooter" else (0.32, 0.72)

    def slab(points, half, colour, nearer=0.0):
        """A flat part of the given thickness, its side outline as (forward, up)."""
        for right in (-half, -half / 3, half / 3, half):
            corners = [(f, right, u) for f, u in points]
            us, vs, depths = place.project(corners)
            flat = [0.0] * (2 * len(corners))
            flat[::2], flat[1::2] = us, vs
            sketch.polygon(flat, colour, sum(depths) / len(depths) - nearer)

    def bar(start, end, radius, colour, nearer=0.0):
        us, vs, depths = place.project([start, end])
        r = radius * place.scale
        sketch.limb(us[0], vs[0], r, us[1], vs[1], r, colour, sum(depths) / 2 - nearer)

    def ball(point, across, down, colour, nearer=0.0):
        (u,), (v,), (depth,) = place.project([point])
        sketch.disc(u, v, across * place.scale, down * place.scale, colour, depth - nearer)

    for axle in (base, -base):
        slab([(axle + wheel * c, wheel + wheel * s) for c, s in _CIRCLE], 0.06, tyre)
        slab(
            [(axle + 0.66 * wheel * c, wheel + 0.66 * wheel * s) for c, s in _CIRCLE],
            0.045,
            rim,
            0.02,
        )
        slab(
            [(axle + 0.54 * wheel * c, wheel + 0.54 * wheel * s) for c, s in _CIRCLE],
            0.04,
            black,
            0.03,
        )
        slab(
            [(axle + 0.16 * wheel * c, wheel + 0.16 * wheel * s) for c, s in _CIRCLE],
            0.06,
            steel,
            0.04,
        )
    if kind == "scooter":
        slab([(0.42, 0.30), (0.30, 0.30), (0.36, 0.95), (0.46, 0.95)], 0.20, paint)
        slab([(0.40, 0.26), (-0.35, 0.26), (-0.35, 0.36), (0.40, 0.36)], 0.16, black)
        slab(
            [(-0.05, 0.34), (-0.85, 0.42), (-0.90, 0.66), (-0.75, 0.76), (-0.10, 0.74)], 0.16, paint
        )
        slab([(-0.05, 0.34), (-0.80, 0.40), (-0.80, 0.52), (-0.08, 0.46)], 0.17, shadow, 0.01)
        slab([(0.80, 0.52), (0.45, 0.60), (0.42, 0.50), (0.72, 0.46)], 0.09, paint)
    else:
        slab([(0.30, 0.28), (-0.28, 0.26), (-0.30, 0.52), (0.24, 0.60)], 0.17, black)
        slab([(0.22, 0.36), (-0.10, 0.34), (-0.08, 0.52), (0.18, 0.54)], 0.18, steel, 0.01)
        slab([(0.34, 0.66), (-0.12, 0.66), (-0.10, 0.80), (0.10, 0.92), (0.34, 0.88)], 0.15, paint)
        slab(
            [(-0.55, 0.68), (-0.95, 0.84), (-0.92, 0.92), (-0.5, 0.80), (-0.10, 0.70)], 0.11, shadow
        )
        bar(
            (-0.10, 0.17, 0.30),
            (-0.85, 0.17, 0.42),
            0.055,
            steel,
            0.02 if place.eye[1] > 0 else -0.1,
        )
        slab([(0.98, 0.60), (0.66, 0.68), (0.50, 0.58), (0.72, 0.66)], 0.07, paint)
        if kind == "sport":
            slab(
                [
                    (0.62, 0.40),
                    (0.10, 0.30),
                    (0.05, 0.50),
                    (0.35, 0.80),
                    (0.74, 0.92),
                    (0.84, 0.78),
                ],
                0.19,
                paint,
                0.02,
            )
            slab([(0.50, 0.46), (0.16, 0.38), (0.20, 0.50), (0.46, 0.60)], 0.20, shadow, 0.03)
            slab(
                [(0.74, 0.92), (0.56, 1.12), (0.48, 1.06), (0.56, 0.90)],
                0.14,
                place.shade((60, 70, 80), gloss=0.4),
            )
    slab([(0.06, 0.78), (-0.62, 0.76), (-0.78, 0.84), (-0.62, 0.88), (-0.10, 0.84)], 0.13, black)
    for right in (-0.09, 0.09):
        bar((base, right, wheel), (0.50, right, 0.98), 0.032, steel)
    bar((0.48, -0.34, 1.02), (0.48, 0.34, 1.02), 0.025, black)
    for right in (-0.40, 0.40):
        bar((0.50, right * 0.7, 1.02), (0.48, right, 1.17), 0.012, black)
        ball((0.48, right, 1.18), 0.055, 0.045, black)
    ahead = place.eye[0] > 0
    ball((0.66, 0, 0.86), 0.10, 0.10, black if not ahead else steel, 0.05)
    if ahead:
        ball((0.70, 0, 0.86), 0.085, 0.085, lamp, 0.2)
    else:
        ball((-0.92, 0, 0.80), 0.07, 0.04, tail, 0.2)
        slab(
            [(-0.95, 0.50), (-0.95, 0.66), (-0.93, 0.66), (-0.93, 0.50)],
            0.09,
            place.shade((236, 236, 230)),
            0.1,
        )
    if motorcycle["top_case"]:
        slab([(-0.55, 0.90), (-0.95, 0.90), (-0.95, 1.22), (-0.60, 1.22)], 0.20, black)
    if motorcycle["rider"]:
        lean = {"naked": 0.22, "sport": 0.62, "scooter": 0.05}[kind]
        bodies.draw(sketch, place, bodies.riding(lean=lean), motorcycle["rider"])
