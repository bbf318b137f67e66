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

package dev.lumoauth.devserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpServer;

/**
 * Keys that tests sign with, and a server on the loopback interface that publishes those
 * of a platform.
 */
public final class TestKeys {

	private static final RsaTestKeys OWN = RsaTestKeys.ofTests();

	/** Any two after one another differ. */
	private static final RsaTestKeys OTHERS = RsaTestKeys.ofOthers();

	public static final TestKeys AGENTS = new TestKeys("agents", OWN);

	public static final TestKeys PLATFORMS = new TestKeys("platforms", OWN);

	private static final HttpServer SERVER = serve();

	/** What the server publishes, and can be changed. */
	public static volatile String published = PLATFORMS.jwks();

	private final String name;

	private final ECKey ec;

	private final RSAKey rsa;

	private final KeyPair ed;

	public TestKeys(String name) {
		this(name, OTHERS);
	}

	private TestKeys(String name, RsaTestKeys rsa) {
		this.name = name;
		try {
			this.ec = new ECKeyGenerator(Curve.P_256).keyID(name + "-ec").generate();
			this.rsa = new RSAKey.Builder(rsa.next()).keyID(name + "-rsa").build();
			this.ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static HttpServer serve() {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			server.createContext("/", (exchange) -> {
				byte[] body = published.getBytes(StandardCharsets.UTF_8);
				exchange.sendResponseHeaders(200, body.length);
				exchange.getResponseBody().write(body);
				exchange.close();
			});
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static String uri() {
		return "http://127.0.0.1:%d/jwks.json".formatted(SERVER.getAddress().getPort());
	}

	public ECKey ec() {
		return this.ec;
	}

	public String jwks() {
		return new JWKSet(List.of(this.ec, this.rsa, publicEd())).toString(true);
	}

	public JWK publicKey(String algorithm) {
		if (algorithm.startsWith("Ed")) {
			return publicEd();
		}
		return algorithm.startsWith("ES") ? this.ec.toPublicJWK() : this.rsa.toPublicJWK();
	}

	private OctetKeyPair publicEd() {
		byte[] encoded = ((EdECPublicKey) this.ed.getPublic()).getEncoded();
		return new OctetKeyPair.Builder(Curve.Ed25519,
				Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
			.keyID(this.name + "-ed")
			.build();
	}

	/**
	 * A JWT with a {@code kid}.
	 */
	public String sign(String algorithm, Map<String, Object> claims) {
		return sign(new JWSHeader.Builder(JWSAlgorithm.parse(algorithm)).keyID(publicKey(algorithm).getKeyID()).build(),
				claims);
	}

	/**
	 * A DPoP proof (RFC 9449, section 4.2).
	 */
	public String prove(String algorithm, Map<String, Object> claims) {
		return sign(new JWSHeader.Builder(JWSAlgorithm.parse(algorithm)).type(new JOSEObjectType("dpop+jwt"))
			.jwk(publicKey(algorithm))
			.build(), claims);
	}

	/**
	 * A signature of an HTTP message (RFC 9421, section 3.3): Ed25519, or RSASSA-PSS with
	 * SHA-512.
	 */
	public byte[] signMessage(String algorithm, byte[] base) {
		try {
			Signature signature = Signature.getInstance(algorithm.startsWith("Ed") ? "Ed25519" : "RSASSA-PSS");
			if (algorithm.startsWith("Ed")) {
				signature.initSign(this.ed.getPrivate());
			}
			else {
				signature.setParameter(new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1));
				signature.initSign(this.rsa.toPrivateKey());
			}
			signature.update(base);
			return signature.sign();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	public String sign(JWSHeader header, Map<String, Object> claims) {
		String input = header.toBase64URL() + "." + Base64URL.encode(JSONObjectUtils.toJSONString(claims));
		try {
			return input + "." + signature(header, input.getBytes(StandardCharsets.US_ASCII));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Base64URL signature(JWSHeader header, byte[] input) throws Exception {
		String algorithm = header.getAlgorithm().getName();
		if (algorithm.startsWith("Ed")) {
			Signature signature = Signature.getInstance("Ed25519");
			signature.initSign(this.ed.getPrivate());
			signature.update(input);
			return Base64URL.encode(signature.sign());
		}
		return signer(algorithm).sign(header, input);
	}

	private JWSSigner signer(String algorithm) throws JOSEException {
		return algorithm.startsWith("ES") ? new ECDSASigner(this.ec) : new RSASSASigner(this.rsa);
	}

}
