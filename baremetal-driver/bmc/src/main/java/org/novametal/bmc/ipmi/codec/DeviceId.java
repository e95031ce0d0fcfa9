package org.novametal.bmc.ipmi.codec;

/**
 * The answer to Get Device ID: the BMC's manufacturer, product and versions.
 *
 * <pre>
 *   0         1          2              3              4       5         6..8         9..10    11..14
 *  +---------+----------+--------------+--------------+-------+---------+------------+--------+-----------+
 *  | device  | device   | 7 not ready  | firmware,    | IPMI  | support | maker,     | product| auxiliary |
 *  | id      | revision | 6..0 firmware| minor, BCD   | BCD,  |         | IANA       |        | (optional)|
 *  |         |          | major        |              | 02=2.0|         | number     |        |           |
 *  +---------+----------+--------------+--------------+-------+---------+------------+--------+-----------+
 * </pre>
 *
 * <p>Source: IPMI 2.0 §20.1, table 20-2.
 *
 * @param device byte 0
 * @param revision byte 1
 * @param firmwareMajor byte 2
 * @param firmwareMinor byte 3, binary coded decimal
 * @param ipmiVersion byte 4: low digit first, so that 0x51 is 1.5 and 0x02 is 2.0
 * @param support byte 5
 * @param manufacturer the manufacturer's IANA enterprise number, 24 bits
 * @param product the manufacturer's product number, 16 bits
 */
public record DeviceId(
        int device,
        int revision,
        int firmwareMajor,
        int firmwareMinor,
        int ipmiVersion,
        int support,
        int manufacturer,
        int product) {
    /**
     * Reads the response's data.
     *
     * @throws MalformedMessageException when it is empty; other missing bytes are read as 0, which means unspecified
     */
    public static DeviceId decode(Bytes data) {
        ByteReader reader = new ByteReader("device id", data);
        return new DeviceId(
                reader.unsigned8(),
                reader.unsigned8OrZero(),
                reader.unsigned8OrZero(),
                reader.unsigned8OrZero(),
                reader.unsigned8OrZero(),
                reader.unsigned8OrZero(),
                reader.unsigned8OrZero() | reader.unsigned8OrZero() << 8 | reader.unsigned8OrZero() << 16,
                reader.unsigned8OrZero() | reader.unsigned8OrZero() << 8);
    }

    /** The response's data, without the auxiliary bytes. */
    public Bytes encode() {
        return new ByteWriter()
                .put8(device)
                .put8(revision)
                .put8(firmwareMajor)
                .put8(firmwareMinor)
                .put8(ipmiVersion)
                .put8(support)
                .put24(manufacturer)
                .put16(product)
                .toBytes();
    }
}
