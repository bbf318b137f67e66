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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ShortRequestFactory}, on a socket that answers as it is told.
 */
class ShortRequestFactoryTests {

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

	private ClientHttpRequest request(Duration readTimeout) {
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		return new ShortRequestFactory(client, readTimeout).createRequest(uri(), HttpMethod.POST);
	}

	private URI uri() {
		return URI.create("http://127.0.0.1:" + this.server.getLocalPort() + "/check");
	}

	@Test
	void sendsHeadersAndBodyAndReadsTheAnswer() throws Exception {
		ClientHttpRequest request = request(Duration.ofMinutes(1));
		request.getHeaders().add("X-Twice", "one");
		request.getHeaders().add("X-Twice", "two");
		request.getHeaders().setContentLength(999);
		request.getHeaders().set(HttpHeaders.HOST, "elsewhere");
		request.getHeaders().set(HttpHeaders.CONNECTION, "close");
		request.getBody().write("body".getBytes(StandardCharsets.UTF_8));
		try (ClientHttpResponse response = request.execute()) {
			assertThat(response.getBody()).hasContent("hello");
			assertThat(response.getHeaders().getContentLength()).isEqualTo(5);
			assertThat(response.getStatusText()).isEqualTo("OK");
		}
		assertThat(this.requests.take()).contains("X-Twice: one", "X-Twice: two", "Content-Length: 4", "\r\n\r\nbody")
			.doesNotContain("999", "elsewhere", "close");
	}

	@Test
	void oneConnectionServesManyRequests() throws Exception {
		ShortRequestFactory factory = new ShortRequestFactory(HttpClient.newHttpClient(), Duration.ofMinutes(1));
		for (int i = 0; i < 20; i++) {
			factory.createRequest(uri(), HttpMethod.GET).execute().close();
		}
		assertThat(this.connections).hasSize(1);
	}

	@Test
	void givesTheStatusOfAnAnswerThatDoesNotEndAndClosesItsConnection() throws Exception {
		this.answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 99\r\n\r\nbecause";
		ClientHttpResponse response = request(Duration.ofSeconds(1)).execute();
		assertThat(response.getStatusCode().value()).isEqualTo(403);
		InputStream body = response.getBody();
		assertThat(body.readNBytes(7)).asString().isEqualTo("because");
		assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(body::read);
		assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> body.read(new byte[9], 0, 9));
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).as("the connection's end").isNotNull();
	}

	@Test
	void closesTheConnectionOfAnAnswerThatIsTooLong() throws Exception {
		this.answer = OK + "Content-Length: 99999999\r\n\r\n" + "x".repeat(2 * 1024 * 1024);
		ClientHttpResponse response = request(Duration.ofMinutes(1)).execute();
		assertThat(response.getBody().readAllBytes()).hasSizeBetween(1024 * 1024 + 1, 2 * 1024 * 1024);
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).as("the connection's end").isNotNull();
	}

	/** Often, because the interrupt comes before, while and after the headers arrive. */
	@RepeatedTest(200)
	void anInterruptEndsTheWaitForTheBody() throws Exception {
		this.answer = OK + "Content-Length: 99\r\n\r\n";
		FutureTask<Boolean> call = new FutureTask<>(() -> {
			assertThatExceptionOfType(IOException.class).isThrownBy(request(Duration.ofMinutes(1))::execute)
				.withMessageContaining("interrupted");
			return Thread.currentThread().isInterrupted();
		});
		Thread caller = new Thread(call);
		caller.start();
		this.requests.take();
		caller.interrupt();
		assertThat(call.get()).isTrue();
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).as("the connection's end").isNotNull();
	}

	@Test
	void brokenOffAnswerKeepsItsCause() throws Exception {
		this.answer = OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nokno chunk";
		ClientHttpResponse response = request(Duration.ofMinutes(1)).execute();
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		assertThatExceptionOfType(IOException.class).isThrownBy(response.getBody()::readAllBytes);
	}

}
