"""The report's last section: where everything comes from."""

from graincast.report.parts import Listing, Section


def section(provenance: str) -> Section:
    """The provenance as it stands in provenance.json."""
    return Section("provenance", "Provenance", [Listing("commit, inputs, versions, host", provenance)])
