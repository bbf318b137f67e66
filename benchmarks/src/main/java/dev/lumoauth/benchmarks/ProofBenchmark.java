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

package dev.lumoauth.benchmarks;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.key.SigningKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A proof of possession for one request, beside the bare ES256 signature of as many
 * bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class ProofBenchmark {

	private static final URI SERVER = URI.create("https://mcp.example.com/mcp?session=1");

	/** As long as a JWT of LumoAuth's. */
	private static final String TOKEN = "e".repeat(1_000);

	private KeyPair pair;

	private DPoPProofs proofs;

	private byte[] input;

	/**
	 * Make the key.
	 */
	@Setup
	public void start() throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
		generator.initialize(new ECGenParameterSpec("secp256r1"));
		this.pair = generator.generateKeyPair();
		this.proofs = DPoPProofs.of(SigningKey.of(this.pair.getPrivate(), this.pair.getPublic(), null, null),
				Clock.systemUTC());
		this.proofs.noteNonce(SERVER, "nonce-of-the-server");
		String proof = this.proofs.proof("POST", SERVER, TOKEN);
		this.input = proof.substring(0, proof.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Prove one request.
	 * @return the proof
	 */
	@Benchmark
	public String proof() {
		return this.proofs.proof("POST", SERVER, TOKEN);
	}

	/**
	 * Sign, and no more.
	 * @return the signature
	 */
	@Benchmark
	public byte[] bareSignature() throws Exception {
		Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
		signature.initSign(this.pair.getPrivate());
		signature.update(this.input);
		return signature.sign();
	}

}
