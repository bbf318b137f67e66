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

package dev.lumoauth.devserver.config;

import java.net.URI;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * A webhook of the configuration file.
 *
 * @param url URL to which events are sent, on the loopback interface.
 * @param secret Secret with which they are signed.
 * @param previousSecret Secret that is valid in addition, for the time in which the
 * receiver changes from one to the other.
 * @param header Header with the signature. LumoAuth's pages name two.
 * @param events Types of the events that are sent, such as token.revoked, by default all.
 * @since 0.1.0
 */
public record WebhookProperties(URI url, String secret, @Nullable String previousSecret,
		@DefaultValue("x-lumo-signature") SignatureHeader header, @DefaultValue Set<String> events) {

	public WebhookProperties {
		if (url == null) {
			throw new IllegalArgumentException("a webhook has no 'url'");
		}
		LocalAddress.check("'url' of a webhook", url);
		if (!StringUtils.hasText(secret)) {
			throw new IllegalArgumentException("the webhook '%s' has no 'secret'".formatted(url));
		}
		events = Set.copyOf(events);
	}

	@Override
	public String toString() {
		return "WebhookProperties[url=%s]".formatted(this.url);
	}

	/**
	 * A spelling of the signature.
	 */
	public enum SignatureHeader {

		/** {@code X-Lumo-Signature: <hex>}. */
		X_LUMO_SIGNATURE("X-Lumo-Signature", ""),

		/** {@code X-LumoAuth-Signature: sha256=<hex>}. */
		X_LUMOAUTH_SIGNATURE("X-LumoAuth-Signature", "sha256=");

		private final String header;

		private final String prefix;

		SignatureHeader(String header, String prefix) {
			this.header = header;
			this.prefix = prefix;
		}

		/**
		 * Returns the header's name.
		 * @return the name as it is sent
		 */
		public String header() {
			return this.header;
		}

		/**
		 * Returns the header's value.
		 * @param signature the signature in hexadecimal digits
		 * @return the value as it is sent
		 */
		public String value(String signature) {
			return this.prefix + signature;
		}

	}

}
