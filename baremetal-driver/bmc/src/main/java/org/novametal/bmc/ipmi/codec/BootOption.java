package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;

/**
 * A parameter of the system boot options, and the messages that get and set it.
 *
 * <pre>
 *  set request    +-----------+------------- - -     get request   +-----------+-----+-------+
 *                 | parameter | its content          05, 00, 00 =  | parameter | set | block |
 *                 +-----------+------------- - -                   +-----------+-----+-------+
 *
 *  get response   +---------+-------------------+------------- - -
 *                 | version | 7 locked          | its content
 *                 | 01      | 6..0 parameter    |
 *                 +---------+-------------------+------------- - -
 * </pre>
 *
 * <p>Source: IPMI 2.0 §28.12, §28.13, table 28-14.
 */
public enum BootOption {
    /** Whether a change is in progress: 0 complete, 1 in progress, 2 commit. One byte. */
    SET_IN_PROGRESS(0, 1),
    /** Events that do <em>not</em> clear the valid bit of the boot flags; bit 3: 60 seconds without a boot. One byte. */
    VALID_BIT_CLEARING(3, 1),
    /** Which readers have acknowledged the boot flags. Two bytes: write mask, values. */
    ACKNOWLEDGE(4, 2),
    /** See {@link BootFlags}. Five bytes. */
    BOOT_FLAGS(5, 5);

    private final int code;
    private final int length;

    BootOption(int code, int length) {
        this.code = code;
        this.length = length;
    }

    /** The parameter's number. */
    public int code() {
        return code;
    }

    /** The parameter's length in bytes. */
    public int length() {
        return length;
    }

    /** The parameter of a number; empty for an unsupported one. */
    public static Optional<BootOption> of(int code) {
        return Arrays.stream(values()).filter(option -> option.code == code).findFirst();
    }

    /** The data of a request that sets the parameter. */
    public Bytes setRequest(Bytes content) {
        return new ByteWriter().put8(code).put(content).toBytes();
    }

    /** The data of a request that reads the parameter. */
    public Bytes getRequest() {
        return Bytes.of(code, 0, 0);
    }

    /** The data of a response that contains the parameter. */
    public Bytes getResponse(Bytes content) {
        return new ByteWriter().put8(0x01).put8(code).put(content).toBytes();
    }

    /**
     * Reads the parameter's content from a response, without bytes beyond it; some BMCs leave out bytes at its end.
     *
     * @throws MalformedMessageException when the response contains another parameter, or none
     */
    public Bytes readResponse(Bytes data) {
        ByteReader reader = new ByteReader("boot option " + code, data);
        reader.skip(1);
        reader.expect("parameter", reader.unsigned8() & 0x7f, code);
        return reader.take(Math.min(length, reader.remaining()));
    }
}
