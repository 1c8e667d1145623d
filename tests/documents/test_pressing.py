"""Pictures are made in a process of its own: several at once, each in its own size."""

import struct

from campagne.documents import pressing


def svg(colour: str) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">'
        f'<rect width="20" height="10" fill="{colour}"/></svg>'
    ).encode()


def test_several_pictures_come_back_in_their_order() -> None:
    wishes = [(svg("#ff0000"), 40), (svg("#00ff00"), 300), (svg("#ff0000"), 40)]
    made = pressing.png(wishes, "Het beeld")
    assert [struct.unpack_from(">II", one, 16) for one in made] == [(40, 20), (300, 150), (40, 20)]
    assert made[0] == made[2]
    assert pressing.png([], "Het beeld") == []
