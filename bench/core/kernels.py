"""Which kernels numpy and BLAS compute with here: the last digits of a score depend on them."""

from __future__ import annotations


def kernels() -> dict[str, str]:
    """Names of the processor features that numpy uses, and of the kernels that BLAS chose.

    The same program on another processor takes other kernels, which add up in another order; `NPY_DISABLE_CPU_FEATURES`
    and `OPENBLAS_CORETYPE` choose them by hand.
    """
    import numpy as np
    import scipy.linalg  # noqa: F401  brings a BLAS of its own, which must be loaded to be seen

    from bench.core.threads import native_libraries

    simd = np.show_config(mode="dicts").get("SIMD Extensions", {})
    libraries = {
        f"{library['internal_api']} {library.get('architecture') or 'of unknown kind'}"
        for library in native_libraries().info()
        if library["user_api"] == "blas"
    }
    return {
        "numpy": " ".join([*simd.get("baseline", []), *simd.get("found", [])]),
        "BLAS": ", ".join(sorted(libraries)) or "the system's own",
    }
