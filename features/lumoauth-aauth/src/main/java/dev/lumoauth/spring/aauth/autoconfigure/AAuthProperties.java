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
package dev.lumoauth.spring.aauth.autoconfigure;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code lumoauth.aauth.*} of an agent that signs its requests.
 *
 * @param agent Identifier of the agent, the https address under which LumoAuth knows it;
 * makes the agent sign its requests.
 * @param delegate Instance of the agent that this application is, by default the
 * identifier.
 * @param keyFile File with the private key that signs, read again when it changes:
 * Ed25519, or RSA with 2048 bits or more, in PEM or as a JSON Web Key; without it and a
 * bundle, a key is generated for development.
 * @param sslBundle SSL bundle with the private key that signs, instead of a file.
 * @param nextKeyFile File with the next private key, whose public key is published before
 * it signs.
 * @param serveMetadata Whether the application serves the agent's metadata at
 * '/.well-known/aauth-agent', and its public keys at '/.well-known/aauth-jwks.json'.
 * @param targets Servers that accept signed requests with AAuth tokens, by a name of your
 * choice.
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.aauth")
public record AAuthProperties(@Nullable String agent, @Nullable String delegate, @Nullable String keyFile,
		@Nullable String sslBundle, @Nullable String nextKeyFile, @DefaultValue("false") boolean serveMetadata,
		@DefaultValue Map<String, Target> targets) {

	/**
	 * A server that accepts signed requests.
	 *
	 * @param resource Identifier of the resource: the audience of its tokens.
	 * @param url Address of the server that answers a request without a token with a
	 * resource token; requests to its scheme, host and port get the tokens.
	 * @param scopes Scopes to request. When empty, the server chooses.
	 * @param redirectUri Address to which users are sent back once they have consented;
	 * without it nobody is asked.
	 */
	public record Target(@Nullable String resource, @Nullable String url, @DefaultValue List<String> scopes,
			@Nullable String redirectUri) {
	}

}
