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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.FileSystemUtils;

/**
 * Plays the platform that the agent runs on, as Kubernetes does it: it signs a token
 * about the agent, and writes the token to a file that only this user can read. Another
 * one is written before the token ends. The key never leaves the memory.
 */
final class Platform implements AutoCloseable {

	/**
	 * The kind of platform, as the starter calls it.
	 */
	static final String PROVIDER = "kubernetes";

	/**
	 * Whom its tokens are for.
	 */
	static final String AUDIENCE = "https://app.lumoauth.dev";

	/**
	 * The shortest that Kubernetes has.
	 */
	static final Duration LIFETIME = Duration.ofMinutes(10);

	private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

	private static final String SUBJECT = "system:serviceaccount:default:research-analyst";

	/**
	 * What the dev server serves: the demo's agent, known by this platform's tokens.
	 */
	private static final String DEV_SERVER_FILE = "lumoauth-dev-workload.yml";

	private final Clock clock;

	private final Path directory;

	private final ECKey key;

	private final Thread shutdownHook;

	private final ScheduledExecutorService rotation = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "platform-token");
		thread.setDaemon(true);
		return thread;
	});

	private Platform(Clock clock) throws IOException, JOSEException {
		this.clock = clock;
		this.key = new ECKeyGenerator(Curve.P_256).keyID(UUID.randomUUID().toString()).generate();
		this.directory = Files.createTempDirectory("lumoauth-demo-platform");
		this.shutdownHook = new Thread(() -> delete(this.directory), "platform-stop");
		Runtime.getRuntime().addShutdownHook(this.shutdownHook);
	}

	/**
	 * Start a platform whose token is there, and stays valid until the platform is
	 * closed.
	 * @param clock tells it the time
	 * @return the platform
	 * @throws DemoStartException if it can't write its files
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // What fails is told by the task.
	static Platform start(Clock clock) {
		try {
			Platform platform = new Platform(clock);
			try (InputStream file = new ClassPathResource(DEV_SERVER_FILE).getInputStream()) {
				String content = new String(file.readAllBytes(), StandardCharsets.UTF_8);
				platform.write(platform.devServerFile(),
						content.replace("@platform.issuer@", ISSUER)
							.replace("@platform.subject@", SUBJECT)
							.replace("@platform.audience@", AUDIENCE)
							.replace("@platform.jwks@", new JWKSet(platform.key.toPublicJWK()).toString()));
			}
			platform.rotate();
			// As the kubelet does, at 80 % of the time.
			long period = LIFETIME.toSeconds() * 8 / 10;
			platform.rotation.scheduleAtFixedRate(platform::rotateOrSay, period, period, TimeUnit.SECONDS);
			return platform;
		}
		catch (IOException | JOSEException ex) {
			throw new DemoStartException("The token of the platform could not be written: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Return the file with the token.
	 */
	Path tokenFile() {
		return this.directory.resolve("token");
	}

	/**
	 * Return the file for a dev server that takes this platform's tokens. It holds the
	 * public key, and nothing that is to be kept secret.
	 */
	Path devServerFile() {
		return this.directory.resolve("lumoauth-dev.yml");
	}

	/**
	 * Write another token in the place of the one that is there.
	 * @throws IOException if it can't be written
	 * @throws JOSEException if it can't be signed
	 */
	void rotate() throws IOException, JOSEException {
		Instant now = this.clock.instant();
		SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(this.key.getKeyID()).build(),
				new JWTClaimsSet.Builder().issuer(ISSUER)
					.subject(SUBJECT)
					.audience(AUDIENCE)
					.jwtID(UUID.randomUUID().toString())
					.issueTime(Date.from(now))
					.notBeforeTime(Date.from(now))
					.expirationTime(Date.from(now.plus(LIFETIME)))
					.build());
		token.sign(new ECDSASigner(this.key));
		write(tokenFile(), token.serialize());
	}

	private void rotateOrSay() {
		try {
			rotate();
		}
		catch (IOException | JOSEException ex) {
			System.err.println("WARN  The token of the platform could not be renewed: " + ex.getMessage());
		}
	}

	/**
	 * Never half a file, and never one that others can read: a temporary file is its
	 * owner's.
	 */
	private void write(Path file, String content) throws IOException {
		Path written = Files.createTempFile(this.directory, "new", null);
		Files.writeString(written, content);
		Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	@Override
	public void close() {
		this.rotation.shutdownNow();
		delete(this.directory);
		try {
			Runtime.getRuntime().removeShutdownHook(this.shutdownHook);
		}
		catch (IllegalStateException ex) {
			// The JVM is about to end, and the hook does the same.
		}
	}

	private static void delete(Path directory) {
		FileSystemUtils.deleteRecursively(directory.toFile());
	}

}
