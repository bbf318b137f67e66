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

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of a service that agents call with AAuth.
 *
 * @param resource Identifier of this service, the https address under which LumoAuth
 * knows it, without a trailing slash; turns the checks on.
 * @param issuer Issuer whose auth tokens are accepted. By default LumoAuth at
 * lumoauth.url.
 * @param authorities Hosts by which this service may be called, with the port if it is
 * not the scheme's default; by default the identifier's.
 * @param scopes Scopes that agents without an auth token are told to get one with.
 * @param keyFile File with the private key that signs resource tokens, in PEM (PKCS #8)
 * or as a JSON Web Key; publishes this service's metadata and keys below
 * '/.well-known/aauth-resource'.
 * @param nonceStore Where used signatures are remembered; replicas need 'redis'.
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.aauth.resource")
public record AAuthResourceProperties(@Nullable String resource, @Nullable String issuer,
		@DefaultValue List<String> authorities, @DefaultValue List<String> scopes, @Nullable String keyFile,
		@DefaultValue("memory") NonceStoreType nonceStore) {

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
