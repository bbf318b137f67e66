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

package dev.lumoauth.spring.mcp.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Passes connections on to a server, or cuts each after the first bytes of its request.
 */
final class CuttingProxy implements AutoCloseable {

	volatile boolean cut;

	/**
	 * What a request is answered with, before nothing more comes; {@code null} if it
	 * reaches the server.
	 */
	volatile @Nullable String hung;

	private final AtomicInteger hanging = new AtomicInteger();

	private final ServerSocket socket;

	private final int target;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	CuttingProxy(int target) throws IOException {
		this.target = target;
		this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.threads.execute(this::accept);
	}

	String url() {
		return "http://127.0.0.1:" + this.socket.getLocalPort();
	}

	/**
	 * How many connections wait for the rest of an answer.
	 */
	int hanging() {
		return this.hanging.get();
	}

	private void accept() {
		while (!this.socket.isClosed()) {
			try {
				Socket client = this.socket.accept();
				this.threads.execute(() -> serve(client));
			}
			catch (IOException ex) {
				return; // closed
			}
		}
	}

	private void serve(Socket client) {
		try (client) {
			if (this.cut) {
				client.getInputStream().read();
				client.setSoLinger(true, 0);
				return;
			}
			try (Socket server = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
				this.threads.execute(() -> pump(client, server, true));
				pump(server, client, false);
			}
		}
		catch (IOException ex) {
			// one of the two has gone
		}
	}

	private void pump(Socket from, Socket to, boolean requests) {
		byte[] buffer = new byte[8_192];
		try {
			InputStream in = from.getInputStream();
			for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
				String answered = this.hung;
				if (requests && answered != null) {
					hang(from, answered);
					break;
				}
				to.getOutputStream().write(buffer, 0, length);
				to.getOutputStream().flush();
			}
			to.close();
		}
		catch (IOException ex) {
			// one of the two has gone
		}
	}

	private void hang(Socket client, String answered) throws IOException {
		this.hanging.incrementAndGet();
		try {
			client.getOutputStream().write(answered.getBytes(StandardCharsets.US_ASCII));
			client.getInputStream().transferTo(OutputStream.nullOutputStream());
		}
		finally {
			this.hanging.decrementAndGet();
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
		this.threads.shutdownNow();
	}

}
