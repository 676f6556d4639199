"""What an interactive chart holds, and what it looks like where no browser is."""

import pandas as pd
import vl_convert


def chart_data(chart):
    """The rows of its one table, null as NaN."""
    (rows,) = chart.to_dict()["datasets"].values()
    return pd.DataFrame(rows)


def rendered(chart):
    """As SVG; a specification that Vega cannot draw raises."""
    return vl_convert.vegalite_to_svg(chart.to_dict())


def encodings(specification):
    """Every encoding of every layer."""
    found = [specification["encoding"]] if "encoding" in specification else []
    for inner in [*specification.get("layer", []), *([specification["spec"]] if "spec" in specification else [])]:
        found += encodings(inner)
    return found


def signs(specification, channel):
    """Values of a column and the sign (colour, shape, dash) of each."""
    scales = [one[channel]["scale"] for one in encodings(specification) if "scale" in one.get(channel, {})]
    return {
        name: tuple(sign) if isinstance(sign, list) else sign
        for scale in scales
        for name, sign in zip(scale["domain"], scale["range"], strict=True)
    }
