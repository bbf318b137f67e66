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
import java.nio.file.Path;
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

/**
 * Simulates the platform that the agent runs on, like Kubernetes: it signs a token about
 * the agent, and writes the token to a file that only this user can read. A new token is
 * written before the old one expires. The key never leaves the memory.
 */
final class Platform implements AutoCloseable {

	/**
	 * The name of the platform in the starter's properties.
	 */
	static final String PROVIDER = "kubernetes";

	/**
	 * The audience of its tokens.
	 */
	static final String AUDIENCE = "https://app.lumoauth.dev";

	/**
	 * The shortest lifetime that Kubernetes allows.
	 */
	static final Duration LIFETIME = Duration.ofMinutes(10);

	private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

	private static final String SUBJECT = "system:serviceaccount:default:research-analyst";

	private static final String TOKEN_FILE = "token";

	private final Clock clock;

	private final DemoFiles files;

	private final Path devServerFile;

	private final ECKey key;

	private final ScheduledExecutorService rotation = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "platform-token");
		thread.setDaemon(true);
		return thread;
	});

	private Platform(Clock clock) throws IOException, JOSEException {
		this.clock = clock;
		this.key = new ECKeyGenerator(Curve.P_256).keyID(UUID.randomUUID().toString()).generate();
		this.files = new DemoFiles();
		this.devServerFile = this.files.writeDevServer(
				"workload-identities: [ { provider: " + PROVIDER + ", issuer: '" + ISSUER + "', subject: '" + SUBJECT
						+ "', audience: '" + AUDIENCE + "', jwks: '" + new JWKSet(this.key.toPublicJWK()) + "' } ]");
	}

	/**
	 * Start a platform. Its token is there, and stays valid until the platform is closed.
	 * @param clock the clock
	 * @return the platform
	 * @throws DemoStartException if it can't write its files
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // The task reports a failure.
	static Platform start(Clock clock) {
		try {
			Platform platform = new Platform(clock);
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
		return this.files.file(TOKEN_FILE);
	}

	/**
	 * Return the file for a dev server that accepts this platform's tokens. The file
	 * contains the public key, and no secret.
	 */
	Path devServerFile() {
		return this.devServerFile;
	}

	/**
	 * Replace the token by a new one.
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
		this.files.write(TOKEN_FILE, token.serialize());
	}

	private void rotateOrSay() {
		try {
			rotate();
		}
		catch (IOException | JOSEException ex) {
			System.err.println("WARN  The token of the platform could not be renewed: " + ex.getMessage());
		}
	}

	@Override
	public void close() {
		this.rotation.shutdownNow();
		this.files.close();
	}

}
