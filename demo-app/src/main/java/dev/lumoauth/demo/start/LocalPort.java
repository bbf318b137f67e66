/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.demo.start;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a port of this machine is free. Another process may still take the
 * port before it is used.
 */
final class LocalPort {

	private LocalPort() {
	}

	/**
	 * Open a port, and release it again.
	 * @param address the address, {@code null} for all
	 * @param port the port, or 0 for any that is free
	 * @return the port
	 * @throws IOException if it is not available
	 */
	static int tryOut(@Nullable InetAddress address, int port) throws IOException {
		try (ServerSocket socket = new ServerSocket(port, 1, address)) {
			return socket.getLocalPort();
		}
	}

	/**
	 * Return a port of the loopback interface.
	 * @param wanted the preferred port
	 * @return the preferred port, or 0 for any free port if another process has it
	 */
	static int ifFree(int wanted) {
		try {
			return tryOut(InetAddress.getLoopbackAddress(), wanted);
		}
		catch (IOException ex) {
			return 0;
		}
	}

}
