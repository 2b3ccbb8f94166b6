"""What a person reads about a bad row: each code with reason and remedy, Indonesian and English.

Texts may hold `{shape}` and other context values; never the value that was refused.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Text(NamedTuple):
    """Reason and remedy in both languages."""

    reason: str
    reason_en: str
    remedy: str
    remedy_en: str


TEXTS: Mapping[str, Text] = {
    "FILE_TYPE": Text(
        "berkas ini bukan CSV ({found})",
        "this file is not CSV ({found})",
        "simpan dari Excel sebagai 'CSV UTF-8', jangan hanya mengganti nama",
        "save it from Excel as 'CSV UTF-8'; renaming is not enough",
    ),
    "FILE_PATH": Text(
        "bukan berkas biasa ({found})",
        "not a regular file ({found})",
        "tunjuk berkas CSV itu sendiri",
        "point to the CSV file itself",
    ),
    "CSV_EMPTY": Text(
        "tidak ada baris data",
        "there are no data rows",
        "isi berkas: baris pertama nama kolom, lalu satu baris untuk setiap data",
        "fill the file: column names first, then one row for each record",
    ),
    "CSV_DELIMITER": Text(
        "pemisah kolom tidak dikenali",
        "the column separator is not recognised",
        "pakai koma, titik koma, atau tab",
        "use comma, semicolon or tab",
    ),
    "CSV_COLUMN": Text(
        "susunan kolom salah: {found}",
        "wrong columns: {found_en}",
        "kolom ini harus ada, masing-masing satu kali: {expected}",
        "these columns must be there, each once: {expected}",
    ),
    "CSV_COLUMN_IGNORED": Text(
        "kolom yang tidak dikenal diabaikan dan tidak disimpan: {found}",
        "unknown columns are ignored and not stored: {found}",
        "tidak perlu apa-apa; hapus kolom itu bila berisi data pribadi yang tidak diminta",
        "nothing to do; delete the column if it has personal data that was not asked for",
    ),
    "CSV_TITLE": Text(
        "baris di atas nama kolom dilewati: {lines}; nama kolom ada di baris {header}",
        "lines above the column names are passed over: {lines}; the column names are in line {header}",
        "tidak perlu apa-apa jika baris itu hanya judul",
        "nothing to do if those lines are only titles",
    ),
    "CSV_WINDOWS_1252": Text(
        "{count} baris bukan UTF-8 dan dibaca sebagai Windows-1252: baris {lines}",
        "{count} rows are not UTF-8 and were read as Windows-1252: lines {lines}",
        "periksa huruf khusus di baris itu; lain kali simpan sebagai 'CSV UTF-8'",
        "check the special letters of those lines; next time save as 'CSV UTF-8'",
    ),
    "CSV_ENCODING": Text(
        "bukan UTF-8 pada byte ke-{offset} berkas",
        "not UTF-8 at byte {offset} of the file",
        "simpan ulang sebagai 'CSV UTF-8'",
        "save again as 'CSV UTF-8'",
    ),
    "CSV_LETTER_LOST": Text(
        "ada huruf yang sudah hilang (U+FFFD) sebelum berkas dikirim",
        "a letter was lost (U+FFFD) before the file was sent",
        "tulis lagi huruf itu dari sumbernya",
        "write that letter again from its source",
    ),
    "CSV_CONTROL_CHAR": Text(
        "ada karakter kendali {found}",
        "there is a control character {found}",
        "hapus karakter tak terlihat itu",
        "remove the invisible character",
    ),
    "CSV_QUOTE": Text(
        "tanda kutip yang dibuka di baris ini tidak ditutup dengan benar",
        "a quote opened in this row is not closed properly",
        'tutup tanda kutip, atau tulis "" untuk satu tanda kutip di dalam isi',
        'close the quote, or write "" for a quote inside a value',
    ),
    "CSV_WIDTH": Text(
        "jumlah kolom {got}, seharusnya {expected}",
        "{got} columns, expected {expected}",
        "periksa pemisah yang kurang atau lebih; apit isi yang memuat pemisah dengan tanda kutip",
        "look for a missing or extra separator; quote values that contain one",
    ),
    "CSV_TRUNCATED": Text(
        "berkas terputus di baris ini",
        "the file breaks off in this row",
        "kirim ulang berkas yang utuh; baris yang sudah diterima tidak dihitung dua kali",
        "send the whole file again; rows already accepted are not counted twice",
    ),
    "CSV_FIELD_TOO_LONG": Text(
        "isi terlalu panjang, batasnya {limit}",
        "too long, the limit is {limit}",
        "persingkat isi kolom atau periksa tanda kutip",
        "shorten the value or check the quotes",
    ),
    "CSV_LINE_TOO_LONG": Text(
        "baris terlalu panjang, batasnya {limit} byte",
        "the line is too long, the limit is {limit} bytes",
        "persingkat isi baris atau periksa tanda kutip dan akhir baris",
        "shorten the line or check the quotes and line ends",
    ),
    "FIELD_REQUIRED": Text("wajib diisi", "required", "isi kolom ini", "fill this column"),
    "FIELD_FORMAT": Text(
        "bentuk isi tidak sesuai ({shape})",
        "the value has the wrong form ({shape})",
        "ikuti bentuk kolom ini di docs/bring-your-own-file.md",
        "follow the form of this column in docs/bring-your-own-file.md",
    ),
    "FIELD_CHOICE": Text(
        "isi bukan salah satu pilihan",
        "the value is not one of the choices",
        "pilih salah satu: {expected}",
        "choose one of: {expected}",
    ),
    "NIK_SCIENTIFIC": Text(
        "kolom NIK tersimpan sebagai angka ({shape})",
        "the NIK column was saved as a number ({shape})",
        "ubah format kolom menjadi Teks di Excel, isi ulang NIK, simpan lagi",
        "set the column to Text in Excel, enter the NIK again, save",
    ),
    "NIK_ROUNDED": Text(
        "angka akhir NIK menjadi nol: spreadsheet hanya menyimpan 15 angka",
        "the last digits of the NIK became zeros: a spreadsheet keeps only 15 digits",
        "ubah format kolom menjadi Teks di Excel, isi ulang NIK dari KTP elektronik",
        "set the column to Text in Excel, enter the NIK again from the identity card",
    ),
    "NIK_FORMULA": Text(
        "NIK tersimpan sebagai rumus ({shape})",
        "the NIK was saved as a formula ({shape})",
        "tulis 16 angka saja dalam kolom berformat Teks, tanpa = dan tanda kutip",
        "write only the 16 digits in a column of format Text, without = and quotes",
    ),
    "NIK_APOSTROPHE": Text(
        "ada tanda petik di NIK ({shape})",
        "there is an apostrophe in the NIK ({shape})",
        "hapus tanda petik itu; pakai format kolom Teks agar angka tetap utuh",
        "delete the apostrophe; use a column of format Text to keep the digits",
    ),
    "NIK_SEPARATED": Text(
        "ada spasi atau tanda baca di antara angka NIK ({shape})",
        "there are blanks or marks between the digits of the NIK ({shape})",
        "tulis 16 angka tanpa spasi, titik atau strip",
        "write 16 digits without blanks, dots or hyphens",
    ),
    "NIK_DIGITS": Text(
        "angka NIK ditulis dengan huruf angka lain, bukan 0-9 biasa",
        "the digits of the NIK are not the plain 0-9",
        "ketik ulang NIK dengan angka 0-9 biasa",
        "type the NIK again with plain digits 0-9",
    ),
    "NIK_LENGTH": Text(
        "NIK harus 16 angka, di sini {length}",
        "a NIK has 16 digits, here are {length}",
        "salin NIK dari KTP elektronik; nol di depan atau angka akhir sering hilang di spreadsheet",
        "copy the NIK from the identity card; spreadsheets often lose leading zeros or last digits",
    ),
    "NIK_REGION": Text(
        "kode wilayah di dalam NIK tidak mungkin ada",
        "the region code inside the NIK is impossible",
        "periksa enam angka pertama pada KTP elektronik",
        "check the first six digits on the identity card",
    ),
    "NIK_FORMAT": Text(
        "NIK harus 16 angka saja ({shape})",
        "a NIK has 16 digits and nothing else ({shape})",
        "salin NIK dari KTP elektronik tanpa spasi",
        "copy the NIK from the identity card, without spaces",
    ),
    "NIK_DATE": Text(
        "tanggal di dalam NIK tidak mungkin ada",
        "the date inside the NIK is impossible",
        "periksa angka ke-7 sampai ke-12 pada KTP elektronik",
        "check digits 7 to 12 on the identity card",
    ),
    "NUMBER_SCIENTIFIC": Text(
        "nomor tersimpan sebagai bilangan ({shape})",
        "the number was saved as a quantity ({shape})",
        "ubah format kolom menjadi Teks di Excel, isi ulang nomor, simpan lagi",
        "set the column to Text in Excel, enter the number again, save",
    ),
    "NUMBER_FORMULA": Text(
        "nomor tersimpan sebagai rumus ({shape})",
        "the number was saved as a formula ({shape})",
        "tulis angka saja dalam kolom berformat Teks, tanpa = dan tanda kutip",
        "write only the digits in a column of format Text, without = and quotes",
    ),
    "NUMBER_APOSTROPHE": Text(
        "ada tanda petik di nomor ({shape})",
        "there is an apostrophe in the number ({shape})",
        "hapus tanda petik itu; pakai format kolom Teks agar angka tetap utuh",
        "delete the apostrophe; use a column of format Text to keep the digits",
    ),
    "NUMBER_SEPARATED": Text(
        "ada spasi atau tanda baca di antara angka ({shape})",
        "there are blanks or marks between the digits ({shape})",
        "tulis angka tanpa spasi, titik atau strip",
        "write the digits without blanks, dots or hyphens",
    ),
    "NUMBER_DIGITS": Text(
        "nomor ditulis dengan huruf angka lain, bukan 0-9 biasa",
        "the digits are not the plain 0-9",
        "ketik ulang nomor dengan angka 0-9 biasa",
        "type the number again with plain digits 0-9",
    ),
    "NUMBER_LENGTH": Text(
        "nomor harus {expected} angka, di sini {length}",
        "the number has {expected} digits, here are {length}",
        "salin nomor dari sumbernya; nol di depan atau angka akhir sering hilang di spreadsheet",
        "copy the number from its source; spreadsheets often lose leading zeros or last digits",
    ),
    "NUMBER_FORMAT": Text(
        "nomor harus {expected} angka saja ({shape})",
        "the number has {expected} digits and nothing else ({shape})",
        "salin nomor dari sumbernya tanpa spasi",
        "copy the number from its source, without spaces",
    ),
    "NUMBER_ROUNDED": Text(
        "kebanyakan nomor di kolom ini berakhir 0: spreadsheet hanya menyimpan 15 angka",
        "most numbers of this column end in 0: a spreadsheet keeps only 15 digits",
        "ubah format kolom menjadi Teks di Excel, isi ulang nomor dari sumbernya",
        "set the column to Text in Excel, enter the number again from its source",
    ),
    "NUMBER_ENDS_IN_ZERO": Text(
        "{zeros} dari {all} nomor di kolom {column} berakhir 0 dan tidak ditolak karenanya",
        "{zeros} of {all} numbers of the column {column} end in 0 and were not refused for it",
        "cocokkan dengan sumbernya: spreadsheet hanya menyimpan 15 angka, yang terakhir menjadi 0",
        "compare them with their source: a spreadsheet keeps only 15 digits, the last becomes 0",
    ),
    "NUMBER_ZERO_LOST": Text(
        "nol di depan nomor telepon hilang ({shape})",
        "the leading zero of the telephone number is lost ({shape})",
        "tulis nomor dengan 0 atau +62 di depan; ubah format kolom menjadi Teks di Excel",
        "write the number with 0 or +62 first; set the column to Text in Excel",
    ),
    "DATE_AMBIGUOUS": Text(
        "urutan hari dan bulan tidak pasti ({shape})",
        "day and month can be confused ({shape})",
        "tulis TTTT-BB-HH, misalnya 2026-02-01 untuk 1 Februari 2026",
        "write YYYY-MM-DD, for example 2026-02-01 for 1 February 2026",
    ),
    "DATE_INVALID": Text(
        "bukan tanggal yang sah ({shape})",
        "not a valid date ({shape})",
        "tulis tanggal yang ada sebagai TTTT-BB-HH, tahun 1900 sampai 2100",
        "write an existing date as YYYY-MM-DD, years 1900 to 2100",
    ),
    "REGION_UNKNOWN": Text(
        "kode wilayah tidak ada dalam daftar Kemendagri ({shape})",
        "the region code is not in the Kemendagri list ({shape})",
        "pakai kode {level} Kemendagri sebagai teks, misalnya {example}",
        "use the Kemendagri code of a {level} as text, for example {example}",
    ),
    "AMOUNT_FORMAT": Text(
        "bukan bilangan bulat ({shape})",
        "not a whole number ({shape})",
        "tulis angka saja, tanpa titik, koma, atau satuan",
        "write digits only, without dots, commas or units",
    ),
    "AMOUNT_RANGE": Text(
        "angka di luar batas",
        "the number is out of range",
        "periksa angkanya; batas: {limit}",
        "check the number; limit: {limit_en}",
    ),
}
