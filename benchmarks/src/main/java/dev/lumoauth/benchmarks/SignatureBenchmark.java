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
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.aauth.signature.ReceivedRequest;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.aauth.signature.VerificationKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A request signed, and checked, as AAuth has it (RFC 9421), beside the bare signature of
 * as many bytes and nothing else: without the digest of the body. The same request is
 * checked again and again, so that no nonce is remembered.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class SignatureBenchmark {

	private static final URI SERVICE = URI.create("https://orders.example.com/v1/orders/17?draft=true");

	/** The algorithm. */
	@Param({ "Ed25519", "RSA" })
	private String algorithm;

	/** How many bytes the body has. */
	@Param({ "0", "1024", "1048576" })
	private int body;

	private byte[] content;

	private KeyPair pair;

	private MessageSigner signer;

	private MessageVerifier verifier;

	private VerificationKey key;

	private final Map<String, List<String>> headers = new TreeMap<>();

	private ReceivedRequest request;

	/** As long as a signature base. */
	private final byte[] input = "b".repeat(1_500).getBytes(StandardCharsets.US_ASCII);

	private byte[] signature;

	/**
	 * Make the key and the request.
	 */
	@Setup
	public void start() throws GeneralSecurityException {
		KeyPairGenerator generator = KeyPairGenerator.getInstance(this.algorithm);
		if (this.algorithm.equals("RSA")) {
			generator.initialize(2048);
		}
		this.pair = generator.generateKeyPair();
		this.content = new byte[this.body];
		SigningKey signing = MessageSigner
			.signing(SigningKey.of(this.pair.getPrivate(), this.pair.getPublic(), null, null));
		this.signer = MessageSigner.of(() -> signing, Clock.systemUTC(), this.body);
		if (signing.publicKey() == null) {
			throw new IllegalStateException("There is no public key");
		}
		this.key = VerificationKey.of(signing.publicKey());
		this.headers.put("content-type", List.of("application/json"));
		this.headers.put("authorization", List.of("Bearer " + "e".repeat(1_000)));
		MessageSigner once = MessageSigner.of(() -> signing,
				Clock.fixed(Clock.systemUTC().instant(), Clock.systemUTC().getZone()), this.body);
		once.sign("POST", SERVICE, this::values, this.content,
				(name, value) -> this.headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
		this.verifier = new MessageVerifier((id, until) -> true,
				Clock.fixed(Clock.systemUTC().instant(), Clock.systemUTC().getZone()));
		this.request = new ReceivedRequest("POST", "https", SERVICE.getHost(), SERVICE.getRawPath(),
				SERVICE.getRawQuery(), this::values, this.content);
		this.signature = bareSignature();
	}

	private List<String> values(String name) {
		return this.headers.getOrDefault(name, List.of());
	}

	/**
	 * Sign one request.
	 * @return how many characters of headers that makes
	 */
	@Benchmark
	public int sign() {
		int[] length = new int[1];
		this.signer.sign("POST", SERVICE, this::values, this.content, (name, value) -> length[0] += value.length());
		return length[0];
	}

	/**
	 * Check one request.
	 */
	@Benchmark
	public void verify() {
		this.verifier.verify(this.request, this.key);
	}

	/**
	 * Sign, and no more.
	 * @return the signature
	 */
	@Benchmark
	public byte[] bareSignature() throws GeneralSecurityException {
		Signature bare = bare();
		bare.initSign(this.pair.getPrivate());
		bare.update(this.input);
		return bare.sign();
	}

	/**
	 * Check a signature, and no more.
	 * @return whether it is right
	 */
	@Benchmark
	public boolean bareVerification() throws GeneralSecurityException {
		Signature bare = bare();
		bare.initVerify(this.pair.getPublic());
		bare.update(this.input);
		return bare.verify(this.signature);
	}

	private Signature bare() throws GeneralSecurityException {
		if (this.algorithm.equals("Ed25519")) {
			return Signature.getInstance("Ed25519");
		}
		Signature bare = Signature.getInstance("RSASSA-PSS");
		bare.setParameter(new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1));
		return bare;
	}

}
