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

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Secrets, keys and certificates change while 64 threads ask for tokens. The server takes
 * the new one first, then the application gets it, then the old one ends.
 */
class RotationTests {

	private static final int THREADS = 64;

	private static final int ROUNDS = 12 * Integer.getInteger("tests.times", 1);

	private static final String API = "/t/acme/api/v1/";

	@TempDir
	private Path directory;

	private final Set<Object> accepted = ConcurrentHashMap.newKeySet();

	private final Queue<Object> shown = new ConcurrentLinkedQueue<>();

	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger mostInFlight = new AtomicInteger();

	private final AtomicInteger issued = new AtomicInteger();

	private final Set<String> assertions = ConcurrentHashMap.newKeySet();

	private final ExecutorService serverThreads = Executors.newCachedThreadPool();

	private @Nullable HttpServer server;

	/** What a request shows that is not in the form. */
	private Function<HttpExchange, @Nullable Object> connection = (exchange) -> null;

	private List<ECPublicKey> keys = List.of();

	@AfterEach
	void stop() {
		if (this.server != null) {
			this.server.stop(0);
		}
		this.serverThreads.shutdownNow();
	}

	@ParameterizedTest
	@CsvSource({ "client-secret-post,true,1", "client-secret-post,false,1", "client-secret-post,true,2",
			"client-secret-post,false,2", "client-secret-basic,true,1" })
	void ofASecretInAFile(String method, boolean atomically, int valid) throws Exception {
		Path file = this.directory.resolve("secret");
		Files.writeString(file, "secret-0\n");
		start(HttpServer.create(address(), 0));
		rotate(valid, new DefaultSslBundleRegistry(), (round) -> "secret-" + round,
				(round) -> write(file, "secret-" + round + "\n", atomically), "lumoauth.client-secret-file=" + file,
				"lumoauth.client-authentication-method=" + method);
	}

	@ParameterizedTest
	@CsvSource({ "true,1", "false,1", "true,2", "false,2" })
	void ofAKeyInAFile(boolean atomically, int valid) throws Exception {
		List<ECKey> made = new ArrayList<>();
		List<ECPublicKey> known = new ArrayList<>();
		for (int i = 0; i <= ROUNDS; i++) {
			ECKey key = new ECKeyGenerator(Curve.P_256).generate();
			made.add(key);
			known.add(key.toECPublicKey());
		}
		this.keys = known;
		Path file = this.directory.resolve("key");
		Files.writeString(file, text(made.get(0), 0));
		start(HttpServer.create(address(), 0));
		rotate(valid, new DefaultSslBundleRegistry(), known::get,
				(round) -> write(file, text(made.get(round), round), atomically),
				"lumoauth.private-key-jwt.key-file=" + file, "lumoauth.client-authentication-method=private-key-jwt");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void ofAKeyInABundle(int valid) throws Exception {
		KeyStores stores = new KeyStores(this.directory).create("0").create("1").create("2");
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("agent", stores.bundle("0", "0"));
		List<ECPublicKey> known = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			known.add((ECPublicKey) stores.load("" + i).getCertificate(KeyStores.ALIAS).getPublicKey());
		}
		this.keys = known;
		start(HttpServer.create(address(), 0));
		rotate(valid, bundles, (round) -> known.get(round % 3),
				(round) -> bundles.updateBundle("agent", stores.bundle("" + round % 3, "0")),
				"lumoauth.private-key-jwt.ssl-bundle=agent", "lumoauth.client-authentication-method=private-key-jwt");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void ofACertificate(int valid) throws Exception {
		KeyStores stores = new KeyStores(this.directory).create("0").create("1").create("2").create("server");
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("agent", stores.bundle("0", "server"));
		List<Certificate> known = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			known.add(stores.load("" + i).getCertificate(KeyStores.ALIAS));
		}
		HttpsServer https = HttpsServer.create(address(), 0);
		https.setHttpsConfigurator(new AsksForACertificate(tls(stores.load("server"))));
		this.connection = (exchange) -> {
			try {
				return ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0];
			}
			catch (IOException ex) {
				return null;
			}
		};
		start(https);
		rotate(valid, bundles, (round) -> known.get(round % 3),
				(round) -> bundles.updateBundle("agent", stores.bundle("" + round % 3, "server")),
				"lumoauth.url=https://localhost:" + https.getAddress().getPort(), "lumoauth.ssl-bundle=agent",
				"lumoauth.client-authentication-method=tls-client-auth");
	}

	@Test
	void aSecretThatIsWrongIsAskedForOnceAndTheNextAtOnce() throws Exception {
		Path file = this.directory.resolve("secret");
		Files.writeString(file, "wrong");
		start(HttpServer.create(address(), 0));
		this.accepted.add("right");
		runner(new DefaultSslBundleRegistry()).withPropertyValues("lumoauth.client-secret-file=" + file)
			.run((context) -> {
				LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
				for (int i = 0; i < 10; i++) {
					assertThat(catchThrowable(tokens::agentToken)).hasMessageContaining("lumoauth.client-secret-file")
						.hasMessageNotContaining("wrong");
				}
				assertThat(this.shown).containsExactly("wrong");
				Files.writeString(file, "right");
				assertThat(tokens.agentToken()).isNotNull();
				assertThat(this.shown).containsExactly("wrong", "right");
			});
	}

	private void rotate(int valid, DefaultSslBundleRegistry bundles, Function<Integer, Object> credentials,
			Replacement replacement, String... properties) {
		this.accepted.add(credentials.apply(0));
		runner(bundles).withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			LumoAuthTokens tokens = context.getBean(LumoAuthTokens.class);
			ManualClock clock = context.getBean(ManualClock.class);
			Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
			AtomicBoolean end = new AtomicBoolean();
			AtomicInteger calls = new AtomicInteger();
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				Thread thread = new Thread(() -> {
					while (!end.get()) {
						try {
							tokens.agentToken();
							calls.incrementAndGet();
						}
						catch (Throwable ex) {
							failures.add(ex);
							return;
						}
						Thread.yield();
					}
				});
				threads.add(thread);
				thread.start();
			}
			try {
				for (int round = 1; round <= ROUNDS && failures.isEmpty(); round++) {
					clock.advance(Duration.ofHours(2)); // a token is on its way
					this.accepted.add(credentials.apply(round));
					replacement.by(round);
					this.accepted.retainAll((valid == 1) ? Set.of(credentials.apply(round))
							: Set.of(credentials.apply(round), credentials.apply(round - 1)));
					// A token is asked for with these credentials before the next ones
					// come.
					int before = this.issued.get();
					clock.advance(Duration.ofHours(2));
					await().pollDelay(Duration.ZERO)
						.pollInterval(Duration.ofMillis(2))
						.until(() -> this.issued.get() > before || !failures.isEmpty());
				}
			}
			finally {
				end.set(true);
				for (Thread thread : threads) {
					thread.join(10_000);
				}
			}
			assertThat(failures).isEmpty();
			assertThat(calls.get()).isGreaterThan(ROUNDS);
			assertThat(this.mostInFlight).hasValue(1);
			assertThat(Set.copyOf(this.shown)).hasSizeGreaterThan(2);
		});
	}

	private ApplicationContextRunner runner(DefaultSslBundleRegistry bundles) {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class))
			.withUserConfiguration(OnManualClock.class)
			.withBean(SslBundles.class, () -> bundles)
			.withPropertyValues("lumoauth.url=http://localhost:" + server().getAddress().getPort(),
					"lumoauth.tenant=acme", "lumoauth.client-id=agt_1");
	}

	private HttpServer server() {
		assertThat(this.server).isNotNull();
		return this.server;
	}

	private static InetSocketAddress address() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
	}

	private static void write(Path file, String text, boolean atomically) throws IOException {
		if (!atomically) {
			Files.writeString(file, text);
			return;
		}
		Path other = file.resolveSibling(file.getFileName() + ".new");
		Files.writeString(other, text);
		Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	/**
	 * As PEM and as a JSON Web Key in turns.
	 */
	private static String text(ECKey key, int round) throws JOSEException {
		return (round % 2 == 0) ? key.toJSONString()
				: "-----BEGIN PRIVATE KEY-----\n"
						+ Base64.getMimeEncoder().encodeToString(key.toECPrivateKey().getEncoded())
						+ "\n-----END PRIVATE KEY-----\n";
	}

	private static SSLContext tls(KeyStore store) throws Exception {
		KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		managers.init(store, KeyStores.PASSWORD.toCharArray());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(managers.getKeyManagers(), new TrustManager[] { new AnyClient() }, null);
		return context;
	}

	private void start(HttpServer server) {
		this.server = server;
		server.setExecutor(this.serverThreads);
		server.createContext(API + ".well-known/", (exchange) -> answer(exchange, 200, """
				{"token_endpoint_auth_methods_supported":["client_secret_post","client_secret_basic","private_key_jwt",
				"tls_client_auth"]}"""));
		server.createContext(API + "oauth/token", this::token);
		server.start();
	}

	private void token(HttpExchange exchange) throws IOException {
		this.mostInFlight.accumulateAndGet(this.inFlight.incrementAndGet(), Math::max);
		try {
			Object credentials = credentials(exchange);
			this.shown.add((credentials != null) ? credentials : "nothing");
			boolean known = credentials != null && this.accepted.contains(credentials);
			this.inFlight.decrementAndGet();
			if (known) {
				// Before the answer: the next request begins after it, with the
				// credentials
				// of now.
				this.issued.incrementAndGet();
				answer(exchange, 200, "{\"access_token\":\"token\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
			}
			else {
				answer(exchange, 401, "{\"error\":\"invalid_client\"}");
			}
		}
		catch (Exception ex) {
			answer(exchange, 500, "{}");
		}
	}

	private @Nullable Object credentials(HttpExchange exchange) throws Exception {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		Map<String, String> form = Arrays.stream(body.split("&"))
			.map((pair) -> pair.split("=", 2))
			.collect(Collectors.toMap((pair) -> pair[0], (pair) -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
		String header = exchange.getRequestHeaders().getFirst("Authorization");
		if (header != null) {
			return new String(Base64.getDecoder().decode(header.substring("Basic ".length()))).split(":")[1];
		}
		String assertion = form.get("client_assertion");
		if (assertion == null) {
			String secret = form.get("client_secret");
			return (secret != null) ? secret : this.connection.apply(exchange);
		}
		SignedJWT jwt = SignedJWT.parse(assertion);
		boolean first = this.assertions.add(jwt.getJWTClaimsSet().getJWTID());
		for (ECPublicKey key : this.keys) {
			if (first && jwt.verify(new ECDSAVerifier(key))) {
				return key;
			}
		}
		return null;
	}

	private static void answer(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private interface Replacement {

		void by(int round) throws Exception;

	}

	private static final class AsksForACertificate extends HttpsConfigurator {

		private AsksForACertificate(SSLContext context) {
			super(context);
		}

		@Override
		public void configure(HttpsParameters parameters) {
			SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
			ssl.setNeedClientAuth(true);
			parameters.setSSLParameters(ssl);
		}

	}

	/**
	 * Which certificates count, the token endpoint decides.
	 */
	private static final class AnyClient implements X509TrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
