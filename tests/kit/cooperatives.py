"""The list of cooperatives that tests of the cooperative service begin with."""

COOPERATIVES = """\
nomor_koperasi,nama,jenis,kode_desa,tanggal_berdiri,status,tanggal_status
KMP-1,Koperasi Satu,MERAH_PUTIH,35.09.30.2009,2025-06-02,OPERATING,2025-08-01
KMP-2,Koperasi Dua,MERAH_PUTIH,35.13.15.2017,2025-06-02,REGISTERED,
"""
