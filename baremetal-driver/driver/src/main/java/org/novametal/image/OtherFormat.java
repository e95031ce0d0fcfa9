package org.novametal.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Formats of files that are not raw disks, known by bytes at a fixed place. Such a file may begin with a partition table and
 * still be a container: written to a disk as it is, it does not boot, and a program that detects its format may follow the
 * names of other files in it.
 *
 * <p>ISO 9660 and UDF are among them, also hybrid ones with an MBR or GPT: these are installation media, and the bytes do not
 * show for which of their two formats they were made.
 *
 * <p>Sources: QEMU {@code block/*.c}, libmagic, UDF (ECMA-167), ISO 9660, the formats' own descriptions.
 */
final class OtherFormat {
    /** As in {@link Mark#offset()}: a place counted from the end of the file. */
    private static final long FROM_END = Long.MIN_VALUE;

    /**
     * Bytes that mark a format.
     *
     * @param offset where they are, from the start of the file; from its end, counted from {@link #FROM_END}
     * @param hex the bytes, in hexadecimal
     */
    private record Mark(long offset, String hex, String format) {
        long position(long fileBytes) {
            return offset >= 0 ? offset : fileBytes - (offset - FROM_END);
        }

        boolean isIn(FileChannel file) throws IOException {
            long position = position(file.size());
            return position >= 0 && hex.equals(FileBytes.hex(file, position, hex.length() / 2));
        }
    }

    private static final List<Mark> MARKS = List.of(
            text(0, "KDMV", "a VMDK image"),
            text(0, "COWD", "a VMDK image"),
            hex(0, "bebafeca00000000", "a VMDK image"),
            text(0, "# Disk DescriptorFile", "a VMDK description"),
            text(0, "vhdxfile", "a VHDX image"),
            text(0, "conectix", "a VHD image"),
            text(FROM_END + 512, "conectix", "a VHD image"),
            text(FROM_END + 511, "conectix", "a VHD image"),
            // Of a raw image only, such as the content of another qcow2 image.
            hex(0, "514649fb", "a qcow2 image"),
            text(0, "QED\0", "a QED image"),
            text(0, "OOOM", "a QEMU copy-on-write image"),
            text(0, "<<< Oracle VM VirtualBox", "a VDI image"),
            text(0, "<<< Sun VirtualBox", "a VDI image"),
            text(0, "<<< Sun xVM VirtualBox", "a VDI image"),
            text(0, "<<< innotek VirtualBox", "a VDI image"),
            hex(0x40, "7f10dabe", "a VDI image"),
            hex(0x40, "beda107f", "a VDI image"),
            text(0, "WithoutFreeSpace", "a Parallels image"),
            text(0, "WithouFreSpacExt", "a Parallels image"),
            text(0, "Bochs Virtual HD Image", "a Bochs image"),
            text(0, "#!/bin/sh\n#V2.0 Format", "a cloop image"),
            text(FROM_END + 512, "koly", "a DMG image"),
            hex(0, "4c554b53babe", "a LUKS volume"),
            hex(0, "534b554cbabe", "a LUKS volume"),
            text(0x8001, "CD001", "an ISO 9660 image"),
            text(0x8801, "CD001", "an ISO 9660 image"),
            text(0x8001, "BEA01", "a UDF image"),
            text(0x8001, "NSR0", "a UDF image"),
            text(0x8801, "NSR0", "a UDF image"),
            text(0, "hsqs", "a squashfs image"),
            text(0, "MSWIM\0\0\0", "a WIM image"),
            hex(0, "455646090d0aff00", "an EWF image"),
            hex(0, "3aff26ed", "an Android sparse image"),
            hex(0, "1f8b08", "gzip-compressed"),
            hex(0, "fd377a585a00", "xz-compressed"),
            hex(0, "28b52ffd", "zstd-compressed"),
            hex(0, "425a68", "bzip2-compressed"),
            hex(0, "04224d18", "lz4-compressed"),
            text(0, "LZIP", "lzip-compressed"),
            hex(0, "504b0304", "a zip archive"),
            hex(0, "377abcaf271c", "a 7z archive"),
            text(0, "Rar!\u001a\u0007", "a RAR archive"),
            text(257, "ustar", "a tar archive, such as an OVA"),
            hex(0, "7f454c46", "an ELF program"));

    private OtherFormat() {}

    /** The format of the file, if it is one of these. */
    static Optional<String> of(FileChannel file) throws IOException {
        for (Mark mark : MARKS) {
            if (mark.isIn(file)) {
                return Optional.of(mark.format);
            }
        }
        return Optional.empty();
    }

    /** Refuses a file of one of these formats. */
    static void refuse(FileChannel file, String image) throws IOException {
        Optional<String> format = of(file);
        if (format.isPresent()) {
            throw new ImageException(
                    ImageException.Reason.FORMAT_REFUSED,
                    image + ": it is " + format.get()
                            + "; only whole-disk images, raw or qcow2, are supported, convert it first");
        }
    }

    private static Mark text(long offset, String text, String format) {
        return new Mark(offset, HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1)), format);
    }

    private static Mark hex(long offset, String hex, String format) {
        return new Mark(offset, hex, format);
    }
}
