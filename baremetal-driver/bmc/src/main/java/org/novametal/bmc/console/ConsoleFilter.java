package org.novametal.bmc.console;

/**
 * Changes a console's output before it is logged, such as by blanking secrets. It gets the output in pieces that may end
 * anywhere, and may hold back the end of a piece until the next one. One object serves one log; it is called by one thread at
 * a time.
 */
public interface ConsoleFilter {
    /** Changes nothing. */
    ConsoleFilter NONE = new ConsoleFilter() {
        @Override
        public byte[] changed(byte[] more) {
            return more;
        }

        @Override
        public byte[] held() {
            return new byte[0];
        }

        @Override
        public byte[] interrupted() {
            return new byte[0];
        }
    };

    /** What is to be written now that this output has arrived. */
    byte[] changed(byte[] more);

    /** What is held back, as it would be written if nothing followed. */
    byte[] held();

    /** What is held back, because the output ends here or a part of it is missing; nothing is held back afterwards. */
    byte[] interrupted();
}
