"""Settings under which the same data give the same digits; loads nothing."""


def same_digits() -> dict[str, str]:
    """Give settings that make linear algebra give the same last digits on any processor of a family.

    OpenBLAS picks its kernels by processor and splits sums by thread; both move
    the last digit or two. One thread, and on x86-64 with AVX2 one set of kernels.
    """
    settings = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:  # noqa: PTH123 - pathlib is not loaded for this
            has_avx2 = " avx2 " in file.read()
    except OSError:
        has_avx2 = False
    return {**settings, "OPENBLAS_CORETYPE": "Haswell"} if has_avx2 else settings
