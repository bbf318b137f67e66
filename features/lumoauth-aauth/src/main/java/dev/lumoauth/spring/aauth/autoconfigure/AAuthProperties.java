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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code lumoauth.aauth.*} of an agent that signs its requests.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.aauth")
public class AAuthProperties {

	/**
	 * Identifier of the agent: the https address under which LumoAuth knows it. Setting
	 * it makes the agent sign its requests.
	 */
	private @Nullable String agent;

	/**
	 * Instance of the agent that this application is. When not set, the identifier.
	 */
	private @Nullable String delegate;

	/**
	 * File with the private key that signs: Ed25519, or RSA with 2048 bits or more, in
	 * PEM or as a JSON Web Key. A new key is used as soon as it is in the file. Without a
	 * file and an SSL bundle, a key is generated for development.
	 */
	private @Nullable String keyFile;

	/**
	 * SSL bundle with the private key that signs, instead of a file.
	 */
	private @Nullable String sslBundle;

	/**
	 * Id under which the key is known. When not set, the key's own id, or its thumbprint.
	 */
	private @Nullable String keyId;

	/**
	 * File with the next private key. Its public key is published before the key signs.
	 * It may be the same key as the one that signs.
	 */
	private @Nullable String nextKeyFile;

	/**
	 * SSL bundle with the next private key, instead of a file.
	 */
	private @Nullable String nextSslBundle;

	/**
	 * Whether the application serves the agent's metadata at '/.well-known/aauth-agent',
	 * and its public keys at '/.well-known/aauth-jwks.json'.
	 */
	private boolean serveMetadata;

	/**
	 * Maximum size of a request's body that is kept in memory for signing.
	 */
	private DataSize maxBodySize = DataSize.ofMegabytes(10);

	/**
	 * Servers that accept signed requests with AAuth tokens, by a name of your choice.
	 */
	private final Map<String, Target> targets = new LinkedHashMap<>();

	public @Nullable String getAgent() {
		return this.agent;
	}

	public void setAgent(@Nullable String agent) {
		this.agent = agent;
	}

	public @Nullable String getDelegate() {
		return this.delegate;
	}

	public void setDelegate(@Nullable String delegate) {
		this.delegate = delegate;
	}

	public @Nullable String getKeyFile() {
		return this.keyFile;
	}

	public void setKeyFile(@Nullable String keyFile) {
		this.keyFile = keyFile;
	}

	public @Nullable String getSslBundle() {
		return this.sslBundle;
	}

	public void setSslBundle(@Nullable String sslBundle) {
		this.sslBundle = sslBundle;
	}

	public @Nullable String getKeyId() {
		return this.keyId;
	}

	public void setKeyId(@Nullable String keyId) {
		this.keyId = keyId;
	}

	public @Nullable String getNextKeyFile() {
		return this.nextKeyFile;
	}

	public void setNextKeyFile(@Nullable String nextKeyFile) {
		this.nextKeyFile = nextKeyFile;
	}

	public @Nullable String getNextSslBundle() {
		return this.nextSslBundle;
	}

	public void setNextSslBundle(@Nullable String nextSslBundle) {
		this.nextSslBundle = nextSslBundle;
	}

	public boolean isServeMetadata() {
		return this.serveMetadata;
	}

	public void setServeMetadata(boolean serveMetadata) {
		this.serveMetadata = serveMetadata;
	}

	public DataSize getMaxBodySize() {
		return this.maxBodySize;
	}

	public void setMaxBodySize(DataSize maxBodySize) {
		this.maxBodySize = maxBodySize;
	}

	public Map<String, Target> getTargets() {
		return this.targets;
	}

	/**
	 * A server that accepts signed requests.
	 */
	public static class Target {

		/**
		 * Identifier of the resource: the audience of its tokens.
		 */
		private @Nullable String resource;

		/**
		 * Address of the server. Its tokens are added to requests to this scheme, host
		 * and port.
		 */
		private @Nullable String url;

		/**
		 * Scopes to request. When empty, the server chooses.
		 */
		private List<String> scopes = new ArrayList<>();

		/**
		 * Address at which the server gives a resource token when it refuses a request.
		 * When not set, 'url'.
		 */
		private @Nullable String challengeUrl;

		/**
		 * Address of the server's endpoint for resource tokens, if it has one.
		 */
		private @Nullable String resourceTokenEndpoint;

		/**
		 * Address to which users are sent back once they have consented. When not set,
		 * nobody is asked to consent.
		 */
		private @Nullable String redirectUri;

		public @Nullable String getResource() {
			return this.resource;
		}

		public void setResource(@Nullable String resource) {
			this.resource = resource;
		}

		public @Nullable String getUrl() {
			return this.url;
		}

		public void setUrl(@Nullable String url) {
			this.url = url;
		}

		public List<String> getScopes() {
			return this.scopes;
		}

		public void setScopes(List<String> scopes) {
			this.scopes = scopes;
		}

		public @Nullable String getChallengeUrl() {
			return this.challengeUrl;
		}

		public void setChallengeUrl(@Nullable String challengeUrl) {
			this.challengeUrl = challengeUrl;
		}

		public @Nullable String getResourceTokenEndpoint() {
			return this.resourceTokenEndpoint;
		}

		public void setResourceTokenEndpoint(@Nullable String resourceTokenEndpoint) {
			this.resourceTokenEndpoint = resourceTokenEndpoint;
		}

		public @Nullable String getRedirectUri() {
			return this.redirectUri;
		}

		public void setRedirectUri(@Nullable String redirectUri) {
			this.redirectUri = redirectUri;
		}

	}

}
