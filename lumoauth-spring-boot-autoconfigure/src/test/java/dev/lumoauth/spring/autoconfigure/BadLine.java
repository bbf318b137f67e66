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

package dev.lumoauth.spring.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;

/**
 * A LumoAuth that grants everything, on a socket of its own, and whose line can be bad.
 * Each request is a connection, so that a fault counts from the next request on.
 */
final class BadLine implements AutoCloseable {

	private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger requests = new AtomicInteger();

	private final int port;

	private volatile ServerSocket server;

	private volatile CompletableFuture<Void> acceptor;

	private volatile @Nullable SSLContext certificate;

	private volatile Fault fault = Fault.NONE;

	/** Ends what hangs. */
	private volatile CountDownLatch healed = new CountDownLatch(0);

	/** Down once a request has met the fault. */
	private volatile CountDownLatch met = new CountDownLatch(0);

	BadLine() throws IOException {
		this.server = listen(0);
		this.port = this.server.getLocalPort();
	}

	String url() {
		return ((this.certificate != null) ? "https" : "http") + "://localhost:" + this.port;
	}

	int port() {
		return this.port;
	}

	/**
	 * Speak TLS from the next connection on.
	 */
	BadLine certificate(SSLContext certificate) {
		this.certificate = certificate;
		return this;
	}

	int requests() {
		return this.requests.get();
	}

	void fail(Fault fault) throws IOException {
		this.healed = new CountDownLatch(1);
		this.met = new CountDownLatch(1);
		this.fault = fault;
		if (fault == Fault.REFUSED) {
			this.server.close();
			// A thread that waits for a connection gets one more until it has noticed.
			this.acceptor.join();
		}
	}

	void heal() throws IOException {
		if (this.fault == Fault.REFUSED) {
			this.server = listen(this.port);
		}
		this.fault = Fault.NONE;
		this.healed.countDown();
	}

	boolean awaitFault() throws InterruptedException {
		return this.met.await(60, TimeUnit.SECONDS);
	}

	private ServerSocket listen(int port) throws IOException {
		ServerSocket socket = new ServerSocket();
		socket.setReuseAddress(true);
		socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		this.acceptor = CompletableFuture.runAsync(() -> accept(socket), this.threads);
		return socket;
	}

	private void accept(ServerSocket socket) {
		while (!socket.isClosed()) {
			try {
				Socket client = socket.accept();
				this.threads.execute(() -> serve(client));
			}
			catch (IOException ex) {
				return; // closed
			}
		}
	}

	private void serve(Socket accepted) {
		try (Socket client = secured(accepted)) {
			String request = read(client.getInputStream());
			this.requests.incrementAndGet();
			Fault current = this.fault;
			this.met.countDown();
			answer(client, current,
					request.startsWith("POST /t/acme/api/v1/oauth/token ")
							? "{\"access_token\":\"token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
							: "{\"allowed\":true,\"results\":{\"read:documents\":true}}");
		}
		catch (IOException ex) {
			// The client has gone, or never liked the certificate.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private Socket secured(Socket accepted) throws IOException {
		SSLContext context = this.certificate;
		if (context == null) {
			return accepted;
		}
		SSLSocket secured = (SSLSocket) context.getSocketFactory()
			.createSocket(accepted, null, accepted.getPort(), true);
		secured.setUseClientMode(false);
		return secured;
	}

	private static String read(InputStream in) throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
			int next = in.read();
			if (next < 0) {
				throw new IOException("The request broke off");
			}
			head.write(next);
		}
		String request = head.toString(StandardCharsets.ISO_8859_1);
		Matcher length = LENGTH.matcher(request);
		if (length.find()) {
			in.readNBytes(Integer.parseInt(length.group(1)));
		}
		return request;
	}

	private void answer(Socket client, Fault current, String body) throws IOException, InterruptedException {
		OutputStream out = client.getOutputStream();
		// Without a length the end of the connection is the end of the body.
		String status = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
		String head = status + "Content-Length: " + body.length() + "\r\n\r\n";
		switch (current) {
			case NONE, REFUSED -> write(out, head + body);
			case RESET -> client.setSoLinger(true, 0);
			case CLOSED -> client.shutdownOutput();
			case HANG -> {
				this.healed.await();
				write(out, head + body);
			}
			case HANG_IN_BODY -> {
				write(out, head + body.substring(0, body.length() / 2));
				this.healed.await();
			}
			case CUT_OFF -> write(out, head + body.substring(0, body.length() / 2));
			case TRUNCATED -> write(out, status + "\r\n" + body.substring(0, body.length() / 2));
			case DRIP_IN_HEAD -> drip(out, status, "X");
			case DRIP_IN_BODY -> drip(out, status + "\r\n", " ");
			case NO_HTTP -> write(out, "220 mail.example.com ESMTP\r\n");
		}
	}

	/**
	 * A byte every 20 ms, which is always sooner than any timeout between two bytes.
	 */
	private void drip(OutputStream out, String start, String drop) throws IOException, InterruptedException {
		write(out, start);
		while (!this.healed.await(20, TimeUnit.MILLISECONDS)) {
			write(out, drop);
		}
	}

	private static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.ISO_8859_1));
		out.flush();
	}

	@Override
	public void close() throws IOException {
		this.healed.countDown();
		this.server.close();
		this.threads.shutdownNow();
	}

	/**
	 * What can be wrong with a line. Each has its cause in the error's message.
	 */
	enum Fault {

		NONE(false, ""), REFUSED(false, "ConnectException"), RESET(false, "(Socket|IO)Exception: .*(reset|no bytes)"),
		CLOSED(false, "IOException: .*(no bytes|EOF)"), HANG(true, "HttpTimeoutException"),
		HANG_IN_BODY(true, "did not end in time"), CUT_OFF(false, "broke off"),
		TRUNCATED(false, "(no|not a) JSON object"), DRIP_IN_HEAD(true, "HttpTimeoutException"),
		DRIP_IN_BODY(true, "did not end in time"), NO_HTTP(false, "ProtocolException");

		/** Whether only a timeout ends it. */
		final boolean endless;

		/** A pattern. */
		final String cause;

		Fault(boolean endless, String cause) {
			this.endless = endless;
			this.cause = cause;
		}

	}

}
