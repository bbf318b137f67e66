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
import java.util.Map;
import java.util.UUID;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;

/**
 * The key with which the agent signs its requests. The demo creates the key in a file
 * that only this user can read. The dev server knows the public key.
 */
final class SigningAgent implements AutoCloseable {

	/**
	 * The agent's identifier.
	 */
	static final String IDENTIFIER = "https://analyst.acme.example";

	/**
	 * An RSA key, because the proofs of possession use the same key. Spring Security
	 * checks these proofs at the MCP server, and does not support Ed25519 for them.
	 */
	private static final int BITS = 2048;

	private static final String KEY_FILE = "agent-key.jwk";

	private final DemoFiles files;

	private final Path devServerFile;

	private SigningAgent(DemoFiles files) throws IOException, JOSEException {
		this.files = files;
		RSAKey key = new RSAKeyGenerator(BITS).keyID(UUID.randomUUID().toString()).generate();
		files.write(KEY_FILE, key.toJSONString());
		this.devServerFile = files.writeDevServer(
				"aauth: { identifier: '" + IDENTIFIER + "', jwks: '" + new JWKSet(key.toPublicJWK()) + "' }");
	}

	/**
	 * Make the agent's key.
	 * @return the agent with its key
	 * @throws DemoStartException if the key can't be made or written
	 */
	static SigningAgent create() {
		try {
			return new SigningAgent(new DemoFiles());
		}
		catch (IOException | JOSEException ex) {
			throw new DemoStartException("The agent's key could not be written: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Return the properties that make the starter sign.
	 */
	Map<String, Object> properties() {
		return Map.of("lumoauth.client-authentication-method", "aauth", "lumoauth.aauth.agent", IDENTIFIER,
				"lumoauth.aauth.key-file", this.files.file(KEY_FILE).toString());
	}

	/**
	 * Return the file for a dev server that recognizes the agent by its public key. The
	 * file contains no secret.
	 */
	Path devServerFile() {
		return this.devServerFile;
	}

	@Override
	public void close() {
		this.files.close();
	}

}
