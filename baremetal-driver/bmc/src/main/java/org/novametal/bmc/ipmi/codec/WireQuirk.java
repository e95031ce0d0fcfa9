package org.novametal.bmc.ipmi.codec;

/**
 * The ways in which BMCs depart from the specification and are still understood: what such a BMC does, and why accepting it
 * is safe. This is the complete list; everything else is refused, and the failure of the call says what was wrong.
 *
 * <p>Nothing here weakens what proves the identity of a BMC: the codes of RAKP 2 and 4, the integrity check value and the
 * encryption of each packet in a session, its session id, and the source address of the datagram are always checked in full,
 * and algorithms other than the proposed ones are refused.
 *
 * <p>Source: observed BMCs, and what two clients read: ipmitool {@code src/plugins/lanplus/lanplus.c} (compares neither
 * message tags nor checksums, ignores session sequence numbers), FreeIPMI {@code ipmipower(8)}, section "Workarounds".
 */
public enum WireQuirk {
    /** OpenBMC's netipmid and its relatives pad a whole block where none is needed; the pad length is authenticated. */
    AES_PAD_LENGTH("its AES padding is 16 bytes or more, where at most 15 are defined"),
    /** The content of the padding carries nothing, and is authenticated with the packet. */
    AES_PAD_BYTES("its AES padding is not 1, 2, 3, …"),
    /** The integrity pad only aligns the trailer; the authentication code that covers it is right. */
    INTEGRITY_PAD("the integrity pad, its length or the next header of its packets is wrong or missing"),
    /** Bytes after the defined content, such as Ethernet padding or the full hash in RAKP 4, are not read. */
    EXTRA_BYTES("its packets are longer than defined"),
    /** Fields that are not needed may be missing at the end of a message. */
    MISSING_BYTES("its messages lack fields at their end"),
    /**
     * Supermicro X9SCM-iiF, X9DRi-F, X9DRFR (FreeIPMI: {@code nochecksumcheck}). UDP has a checksum, and in a session the
     * authentication code covers the message.
     */
    MESSAGE_CHECKSUM("the checksums of its messages are wrong"),
    /** Addresses, LUNs and the response bit repeat what the sequence number and the command identify already. */
    MESSAGE_ADDRESS("the address, LUN or network function of its answers is not that of an answer"),
    /**
     * One request is under way at a time, none of ours has the number 0, and the command must be that of the request. Where
     * the session's own numbers depart from the specification as well, this is refused: an answer could be repeated then.
     */
    REQUEST_SEQUENCE("its answers have the request sequence number 0"),
    /** OpenBMC on POWER9, XCC3, Intel: the tag is 0. The session id and the codes of RAKP bind the answer. */
    SETUP_TAG("its answers while a session is opened do not repeat the message tag"),
    /** The code of RAKP 2 and 4 covers both session ids, so their echo proves nothing. */
    SETUP_SESSION_ID("its answers while a session is opened do not repeat the console's session id"),
    /** Each session has new keys, so a number that was not received in this session cannot be a repeated packet. */
    SESSION_SEQUENCE("its session sequence numbers do not count from 1"),
    /** Discovery only reports early what Open Session shows again (FreeIPMI: {@code authcap}). */
    DISCOVERY_REFUSED("it refuses Get Channel Authentication Capabilities"),
    /** Only the other cipher suite is tried; it is one of the accepted ones. */
    SUITE_STATUS("it refuses a cipher suite with a status that has another meaning"),
    /** A refusal that names neither tag nor session may come from elsewhere, so it counts when it comes twice. */
    BARE_REFUSAL("its refusals name neither the request nor the session"),
    /** OpenBMC. Each answer is proved by the code of RAKP 2; the last one counts. */
    NEW_RANDOM_NUMBER("it draws a new random number when RAKP 1 is repeated"),
    /** OpenBMC answers ff while its services start; the request is repeated for a part of the call's time. */
    NOT_READY_CODE("it answers an error without a cause while it starts"),
    /** The characters are output without an acknowledgement, which such a packet does not ask for. */
    SOL_UNNUMBERED_DATA("it sends console output in packets without a number");

    private final String symptom;

    WireQuirk(String symptom) {
        this.symptom = symptom;
    }

    /** What a BMC with this quirk does, for logs. */
    public String symptom() {
        return symptom;
    }
}
