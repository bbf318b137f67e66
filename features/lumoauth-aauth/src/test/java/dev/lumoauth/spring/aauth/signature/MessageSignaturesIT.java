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

package dev.lumoauth.spring.aauth.signature;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.SigningExchangeFilterFunction;
import dev.lumoauth.spring.token.SigningInterceptor;
import dev.lumoauth.spring.token.key.RsaTestKeys;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A library of another language, {@code http-message-signatures} of npm, checks what is
 * signed here, sent by each client, and signs what is checked here, behind Tomcat.
 * Without npm, or what it fetches, this is skipped; not so where CI is "true".
 */
@Timeout(120)
@Tag("nightly")
class MessageSignaturesIT {

	private static final Path SCRIPTS = Path.of("..", "..", "tests", "interop").toAbsolutePath().normalize();

	private static final List<Sent> REQUESTS = List.of(new Sent("GET", "/things", null, null),
			new Sent("GET", "/things?limit=10&q=a%2Fb", null, "Bearer eyJ.e30.c2ln"),
			new Sent("POST", "/things?draft", "{\"thing\":7}", "Bearer eyJ.e30.c2ln"),
			new Sent("POST", "/things", "{\"thing\":\"\u00e9\"}", null), new Sent("POST", "/things", null, null),
			new Sent("PUT", "/things/a%20b", "x".repeat(100_000), null), new Sent("DELETE", "/things/1", null, null));

	@TempDir
	private Path directory;

	private final Map<String, SigningKey> keys = new LinkedHashMap<>();

	private WebServer service;

	private Process script;

	@AfterEach
	void stop() {
		if (this.service != null) {
			this.service.stop();
		}
		if (this.script != null) {
			this.script.destroyForcibly();
		}
	}

	@Test
	void eachChecksWhatTheOtherSigned() throws Exception {
		install();
		keys();
		startService();
		this.script = new ProcessBuilder("node", "message-signatures.mjs", "http://127.0.0.1:" + this.service.getPort(),
				this.directory.toString())
			.directory(this.directory.toFile())
			.redirectErrorStream(true)
			.start();
		List<String> output = new ArrayList<>();
		String address = untilItChecks(this.script.inputReader(), output);
		assertThat(output).hasSize(10).allMatch((line) -> line.startsWith("ok signs "));
		for (Map.Entry<String, SigningKey> key : this.keys.entrySet()) {
			RequestSigner signer = MessageSigner.of(key::getValue, Clock.systemUTC(), 1 << 20);
			for (Sender sender : senders(signer)) {
				for (Sent request : REQUESTS) {
					String answer = sender.send(request, URI.create(address + "/" + key.getKey() + request.path()));
					assertThat(answer).as(sender.name() + " " + request + " " + key.getKey())
						.isEqualTo("200 checked " + request.bytes().length);
				}
			}
		}
		checksForReal(address);
	}

	/** By the key of the other algorithm, it is refused. */
	private void checksForReal(String address) throws Exception {
		RequestSigner signer = MessageSigner.of(() -> this.keys.get("ed25519"), Clock.systemUTC(), 1 << 20);
		for (Sender sender : senders(signer)) {
			assertThat(sender.send(REQUESTS.get(1), URI.create(address + "/rsa-pss-sha512/things"))).startsWith("401 ");
		}
	}

	private List<Sender> senders(RequestSigner signer) {
		HttpClient jdk = HttpClient.newHttpClient();
		return List.of(restClient("RestClient, JDK", new JdkClientHttpRequestFactory(jdk), signer),
				restClient("RestClient, HttpURLConnection", new SimpleClientHttpRequestFactory(), signer),
				restClient("RestClient, Reactor Netty", new ReactorClientHttpRequestFactory(), signer),
				webClient("WebClient, Reactor Netty", new ReactorClientHttpConnector(), signer),
				webClient("WebClient, JDK", new JdkClientHttpConnector(jdk), signer), jdk(jdk, signer));
	}

	private static Sender restClient(String name, ClientHttpRequestFactory requests, RequestSigner signer) {
		RestClient client = RestClient.builder()
			.requestFactory(requests)
			.requestInterceptor(new SigningInterceptor(signer))
			.build();
		return new Sender(name, (request, address) -> {
			RestClient.RequestBodySpec call = client.method(HttpMethod.valueOf(request.method())).uri(address);
			if (request.token() != null) {
				call.header("Authorization", request.token());
			}
			if (request.body() != null) {
				call.contentType(MediaType.APPLICATION_JSON).body(request.bytes());
			}
			return call.exchange((sent, answer) -> answer.getStatusCode().value() + " "
					+ new String(answer.getBody().readAllBytes(), StandardCharsets.UTF_8));
		});
	}

	private static Sender webClient(String name, ClientHttpConnector connector, RequestSigner signer) {
		WebClient client = WebClient.builder()
			.clientConnector(connector)
			.filter(new SigningExchangeFilterFunction(signer))
			.build();
		return new Sender(name, (request, address) -> {
			WebClient.RequestBodySpec call = client.method(HttpMethod.valueOf(request.method())).uri(address);
			if (request.token() != null) {
				call.header("Authorization", request.token());
			}
			if (request.body() != null) {
				call.contentType(MediaType.APPLICATION_JSON).bodyValue(request.bytes());
			}
			return call.exchangeToMono(
					(answer) -> answer.bodyToMono(String.class).map((text) -> answer.statusCode().value() + " " + text))
				.block();
		});
	}

	private static Sender jdk(HttpClient client, RequestSigner signer) {
		return new Sender("JDK", (request, address) -> {
			HttpRequest.Builder call = HttpRequest.newBuilder(address)
				.method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.bytes()));
			Map<String, List<String>> headers = new LinkedHashMap<>();
			if (request.token() != null) {
				headers.put("authorization", List.of(request.token()));
			}
			if (request.body() != null) {
				headers.put("content-type", List.of("application/json"));
			}
			headers.forEach((name, values) -> call.header(name, values.get(0)));
			signer.sign(request.method(), address, (name) -> headers.getOrDefault(name, List.of()), request.bytes(),
					call::setHeader);
			HttpResponse<String> answer = client.send(call.build(), HttpResponse.BodyHandlers.ofString());
			return answer.statusCode() + " " + answer.body();
		});
	}

	private void startService() {
		MessageVerifier verifier = new MessageVerifier(Message.nonces(), Clock.systemUTC());
		HttpServlet servlet = new HttpServlet() {

			@Override
			protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
				SigningKey key = MessageSignaturesIT.this.keys.get(request.getRequestURI().split("/")[1]);
				try (InputStream body = request.getInputStream()) {
					verifier.verify(
							new ReceivedRequest(request.getMethod(), request.getScheme(), request.getHeader("Host"),
									request.getRequestURI(), request.getQueryString(),
									(name) -> Collections.list(request.getHeaders(name)), body.readAllBytes()),
							VerificationKey.of(key.publicKey()));
				}
				catch (InvalidSignatureException ex) {
					response.setStatus(401);
				}
			}

		};
		TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
		this.service = factory.getWebServer((context) -> context.addServlet("checks", servlet).addMapping("/*"));
		this.service.start();
	}

	private void keys() throws Exception {
		this.keys.put("ed25519", Message.ED25519);
		Files.writeString(this.directory.resolve("ed25519.jwk"), Message.ED25519_JWK);
		String rsa = RsaTestKeys.own("k1").toJSONString();
		this.keys.put("rsa-pss-sha512", SigningKey.ofJwk(rsa, null, null));
		Files.writeString(this.directory.resolve("rsa-pss-sha512.jwk"), rsa);
	}

	private static String untilItChecks(BufferedReader reader, List<String> output) throws IOException {
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			if (line.startsWith("checks at ")) {
				return line.substring("checks at ".length());
			}
			output.add(line);
		}
		throw new AssertionError("The script ended: " + output);
	}

	private void install() throws Exception {
		for (String file : List.of("package.json", "message-signatures.mjs")) {
			Files.copy(SCRIPTS.resolve(file), this.directory.resolve(file));
		}
		boolean required = "true".equals(System.getenv("CI"));
		try {
			run(List.of("node", "--version"), required);
			run(List.of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund"), required);
		}
		catch (IOException ex) {
			assertThat(required).as("npm and node are there").isFalse();
			Assumptions.abort("There is no npm, or no node");
		}
	}

	private void run(List<String> command, boolean required) throws Exception {
		Process process = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		boolean ended = process.waitFor(60, TimeUnit.SECONDS);
		process.destroyForcibly();
		if (!required) {
			Assumptions.assumeTrue(ended && process.exitValue() == 0, output);
		}
		assertThat(ended && process.exitValue() == 0).as(output).isTrue();
	}

	private record Sent(String method, String path, String body, String token) {

		byte[] bytes() {
			return (this.body != null) ? this.body.getBytes(StandardCharsets.UTF_8) : new byte[0];
		}

		@Override
		public String toString() {
			return this.method + " " + this.path;
		}

	}

	private record Sender(String name, Call call) {

		String send(Sent request, URI address) throws Exception {
			return this.call.send(request, address);
		}

	}

	private interface Call {

		String send(Sent request, URI address) throws Exception;

	}

}
