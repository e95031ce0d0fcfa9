package org.novametal.bmc;

/**
 * Sends any IPMI command, for functions without a method in this package. A raw command can damage a machine, so it is refused
 * with {@link BmcException.Reason#REJECTED} unless {@link BmcOptions#rawAccess()} allows it.
 */
public interface RawCommands extends BmcCapability {
    /**
     * Sends a command and returns its answer.
     *
     * @param networkFunction even, 0 to 62
     * @param command 0 to 255
     * @param data the command's data, at most 64 bytes
     * @return the completion code, then the answer's data
     */
    byte[] raw(int networkFunction, int command, byte[] data) throws InterruptedException;
}
