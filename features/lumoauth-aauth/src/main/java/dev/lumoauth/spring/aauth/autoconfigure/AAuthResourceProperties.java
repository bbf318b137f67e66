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
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Properties of a service that agents call with AAuth.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.aauth.resource")
public class AAuthResourceProperties {

	/**
	 * Identifier of this service: the https address under which LumoAuth knows it,
	 * without a trailing slash. Setting it turns the checks on.
	 */
	private @Nullable String resource;

	/**
	 * Issuer whose auth tokens are accepted. By default LumoAuth at lumoauth.url.
	 */
	private @Nullable String issuer;

	/**
	 * Hosts by which this service may be called, with the port if it is not the scheme's
	 * default. By default the identifier's host.
	 */
	private List<String> authorities = new ArrayList<>();

	/**
	 * Scopes that this service has. Agents without an auth token are told to get one with
	 * these scopes.
	 */
	private List<String> scopes = new ArrayList<>();

	/**
	 * File with the private key that signs resource tokens: PEM (PKCS #8), or a JSON Web
	 * Key.
	 */
	private @Nullable String keyFile;

	/**
	 * SSL bundle with the private key that signs resource tokens.
	 */
	private @Nullable String sslBundle;

	/**
	 * Id under which the key is published. By default the key's own id, or its
	 * thumbprint.
	 */
	private @Nullable String keyId;

	/**
	 * Whether to publish this service's metadata and keys, and to issue resource tokens,
	 * below '/.well-known/aauth-resource'.
	 */
	private boolean serveMetadata = false;

	/**
	 * Maximum size of a signed request's body, which is kept in memory to be checked.
	 */
	private DataSize maxBodySize = DataSize.ofMegabytes(1);

	/**
	 * Maximum number of signatures of the last two minutes that are remembered in memory.
	 * Further requests are refused until some signatures have expired.
	 */
	private int maxNonces = 1_000_000;

	/**
	 * Where used signatures are remembered. All replicas of a service need the same
	 * store.
	 */
	private NonceStoreType nonceStore = NonceStoreType.MEMORY;

	public @Nullable String getResource() {
		return this.resource;
	}

	public void setResource(@Nullable String resource) {
		this.resource = resource;
	}

	public @Nullable String getIssuer() {
		return this.issuer;
	}

	public void setIssuer(@Nullable String issuer) {
		this.issuer = issuer;
	}

	public List<String> getAuthorities() {
		return this.authorities;
	}

	public void setAuthorities(List<String> authorities) {
		this.authorities = authorities;
	}

	public List<String> getScopes() {
		return this.scopes;
	}

	public void setScopes(List<String> scopes) {
		this.scopes = scopes;
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

	public int getMaxNonces() {
		return this.maxNonces;
	}

	public void setMaxNonces(int maxNonces) {
		this.maxNonces = maxNonces;
	}

	public NonceStoreType getNonceStore() {
		return this.nonceStore;
	}

	public void setNonceStore(NonceStoreType nonceStore) {
		this.nonceStore = nonceStore;
	}

	/**
	 * Where signatures are remembered.
	 */
	public enum NonceStoreType {

		/**
		 * In this process, unless the application has a {@code NonceStore} bean.
		 */
		MEMORY,

		/**
		 * In the Redis of {@code spring.data.redis}.
		 */
		REDIS

	}

}
