package org.novametal.bmc;

/**
 * Any IPMI command, for what this port has no method for. It can damage a machine, so it is refused with {@link
 * BmcException.Reason#REJECTED} unless {@link BmcOptions#rawAccess()} allows it.
 */
public interface RawCommands extends BmcCapability {
    /**
     * Sends a command and returns its answer.
     *
     * @param networkFunction even, 0 to 62
     * @param command 0 to 255
     * @param data what the command takes, at most 64 bytes
     * @return the completion code, then the answer's data
     */
    byte[] raw(int networkFunction, int command, byte[] data) throws InterruptedException;
}
