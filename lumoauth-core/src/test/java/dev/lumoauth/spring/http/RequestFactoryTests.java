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

package dev.lumoauth.spring.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LumoAuthHttp#requestFactory}, on a socket that answers as it is told.
 */
class RequestFactoryTests {

	private static final String OK = "HTTP/1.1 200 OK\r\n";

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

	private final BlockingQueue<Integer> ends = new LinkedBlockingQueue<>();

	private final List<Socket> connections = new ArrayList<>();

	private ServerSocket server;

	private volatile String answer = OK + "Content-Length: 5\r\n\r\nhello";

	@BeforeEach
	void start() throws IOException {
		this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		this.threads.execute(this::accept);
	}

	@AfterEach
	void stop() throws IOException {
		this.server.close();
		synchronized (this.connections) {
			for (Socket connection : this.connections) {
				connection.close();
			}
		}
		this.threads.shutdownNow();
	}

	private void accept() {
		try {
			while (true) {
				Socket connection = this.server.accept();
				synchronized (this.connections) {
					this.connections.add(connection);
				}
				this.threads.execute(() -> serve(connection));
			}
		}
		catch (IOException ex) {
			// The test is over.
		}
	}

	private void serve(Socket connection) {
		StringBuilder received = new StringBuilder();
		try {
			InputStream in = connection.getInputStream();
			for (int next = in.read(); next >= 0; next = in.read()) {
				received.append((char) next);
				if (isWhole(received)) {
					this.requests.add(received.toString());
					received.setLength(0);
					connection.getOutputStream().write(this.answer.getBytes(StandardCharsets.ISO_8859_1));
				}
			}
		}
		catch (IOException ex) {
			// The client is gone.
		}
		this.ends.add(connection.getPort());
	}

	private static boolean isWhole(StringBuilder request) {
		int head = request.indexOf("\r\n\r\n");
		if (head < 0) {
			return false;
		}
		int length = request.indexOf("Content-Length: ");
		int body = (length < 0) ? 0 : Integer.parseInt(request.substring(length + 16, request.indexOf("\r\n", length)));
		return request.length() == head + 4 + body;
	}

	private LumoAuthHttp http() {
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		return LumoAuthHttp
			.builder(LumoAuthAddresses.forTenant(uri().resolve("/"), "acme-corp"), "agt_1",
					LumoAuthHttp.requestFactory(client, Duration.ofMinutes(1)))
			.maxWait(Duration.ofMillis(500))
			.build();
	}

	private byte @Nullable [] ask() {
		return http().restClient().get().uri(uri()).retrieve().body(byte[].class);
	}

	private URI uri() {
		return URI.create("http://127.0.0.1:" + this.server.getLocalPort() + "/check");
	}

	@Test
	void sendsHeadersAndBodyAndReadsTheAnswer() throws Exception {
		byte[] answer = http().restClient()
			.post()
			.uri(uri())
			.header("X-Twice", "one", "two")
			.header(HttpHeaders.HOST, "elsewhere")
			.header(HttpHeaders.CONNECTION, "close")
			.body("body".getBytes(StandardCharsets.UTF_8))
			.retrieve()
			.body(byte[].class);
		assertThat(answer).asString().isEqualTo("hello");
		assertThat(this.requests.take()).contains("X-Twice: one", "X-Twice: two", "Content-Length: 4", "\r\n\r\nbody")
			.doesNotContain("elsewhere", "close");
	}

	@Test
	void oneConnectionServesManyRequests() {
		LumoAuthHttp http = http();
		for (int i = 0; i < 20; i++) {
			http.restClient().get().uri(uri()).retrieve().toBodilessEntity();
		}
		assertThat(this.connections).hasSize(1);
	}

	@Test
	void aRefusalWhoseBodyDoesNotEndIsARefusalAndItsConnectionIsClosed() throws Exception {
		this.answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 99\r\n\r\nbecause";
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(this::ask);
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).as("the connection's end").isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Content-Encoding: gzip\r\n" })
	void anAnswerThatDoesNotEndEndsInTime(String encoding) throws Exception {
		this.answer = OK + encoding + "Content-Length: 99\r\n\r\nhello";
		long start = System.nanoTime();
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::ask)
			.returns(true, LumoAuthUnavailableException::isUnreachable);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).as("the connection's end").isNotNull();
	}

	@Test
	void anAnswerThatDoesNotEndIsATimeout() {
		this.answer = OK + "Content-Length: 99\r\n\r\nhello";
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::ask)
			.withCauseInstanceOf(HttpTimeoutException.class);
	}

	@Test
	void closesTheConnectionOfAnAnswerThatIsTooLong() throws Exception {
		this.answer = OK + "Content-Length: 99999999\r\n\r\n" + "x".repeat(2 * 1024 * 1024);
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(this::ask)
			.withMessageContaining("larger than 1 MiB");
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).as("the connection's end").isNotNull();
	}

	/**
	 * Often, because the interrupt comes before, while and after the headers arrive. The
	 * client of Java 17 waits on for a body, until the time is over.
	 */
	@RepeatedTest(20)
	void afterAnInterruptTheConnectionIsClosed() throws Exception {
		this.answer = OK + "Content-Length: 99\r\n\r\n";
		FutureTask<Void> call = new FutureTask<>(() -> {
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::ask);
			return null;
		});
		Thread caller = new Thread(call);
		caller.start();
		this.requests.take();
		caller.interrupt();
		call.get(20, TimeUnit.SECONDS);
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).as("the connection's end").isNotNull();
	}

	@Test
	void brokenOffAnswerIsNoAnswer() {
		this.answer = OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nokno chunk";
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this::ask)
			.returns(true, LumoAuthUnavailableException::isUnreachable);
	}

}
