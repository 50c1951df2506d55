"""How fast is it? ``make bench``, or ``python -m tests.benchmarks [NAME…] [--quick] [--json FILE]``.

The names, in the order in which they run: ``engine`` (against stock Faust), ``stages``, ``line`` (with memory, disk
and where the time goes), ``pages``, ``latency``, ``start``. ``docs/benchmarks.md`` says what each figure means.

``measure`` is what a measurement is made of, ``rig`` a line to measure, ``worker`` the process that is measured,
``report`` what is printed. Limits: one machine, one process and one broker on loopback; nothing here is asserted.
"""
