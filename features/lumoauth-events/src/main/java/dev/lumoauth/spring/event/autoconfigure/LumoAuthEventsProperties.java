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

package dev.lumoauth.spring.event.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Properties of the events by which LumoAuth reports what it has revoked.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.events")
public class LumoAuthEventsProperties {

	@NestedConfigurationProperty
	private final Ssf ssf = new Ssf();

	@NestedConfigurationProperty
	private final Webhook webhook = new Webhook();

	public Ssf getSsf() {
		return this.ssf;
	}

	public Webhook getWebhook() {
		return this.webhook;
	}

	/**
	 * Security events that LumoAuth pushes (RFC 8935).
	 */
	public static class Ssf {

		/**
		 * Whether to accept security events.
		 */
		private boolean enabled;

		/**
		 * Path of the application to which LumoAuth sends them. The application's own
		 * security has to let these requests in.
		 */
		private String path = "/lumoauth/events/ssf";

		/**
		 * Audience that an event must have. By default the agent's client id.
		 */
		private @Nullable String audience;

		/**
		 * Issuer that an event must have. By default the issuer in LumoAuth's metadata.
		 */
		private @Nullable String issuer;

		/**
		 * Token that LumoAuth has to send with each event, in addition to the event's
		 * signature.
		 */
		private @Nullable String authorizationToken;

		/**
		 * Whether the application creates a stream at LumoAuth when it has started, and
		 * deletes the stream when it ends.
		 */
		private boolean register;

		/**
		 * Address at which LumoAuth reaches this application's path.
		 */
		private @Nullable String endpointUrl;

		/**
		 * Maximum age of an event.
		 */
		private Duration maxAge = Duration.ofMinutes(5);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public String getPath() {
			return this.path;
		}

		public void setPath(String path) {
			this.path = path;
		}

		public @Nullable String getAudience() {
			return this.audience;
		}

		public void setAudience(@Nullable String audience) {
			this.audience = audience;
		}

		public @Nullable String getIssuer() {
			return this.issuer;
		}

		public void setIssuer(@Nullable String issuer) {
			this.issuer = issuer;
		}

		public @Nullable String getAuthorizationToken() {
			return this.authorizationToken;
		}

		public void setAuthorizationToken(@Nullable String authorizationToken) {
			this.authorizationToken = authorizationToken;
		}

		public boolean isRegister() {
			return this.register;
		}

		public void setRegister(boolean register) {
			this.register = register;
		}

		public @Nullable String getEndpointUrl() {
			return this.endpointUrl;
		}

		public void setEndpointUrl(@Nullable String endpointUrl) {
			this.endpointUrl = endpointUrl;
		}

		public Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(Duration maxAge) {
			this.maxAge = maxAge;
		}

	}

	/**
	 * LumoAuth's webhooks.
	 */
	public static class Webhook {

		/**
		 * Whether to accept webhooks.
		 */
		private boolean enabled;

		/**
		 * Path of the application to which LumoAuth sends them. The application's own
		 * security has to let these requests in.
		 */
		private String path = "/lumoauth/events/webhook";

		/**
		 * Secrets of the webhook, each of which is accepted: while a secret is being
		 * replaced, the old one and the new one.
		 */
		private List<String> secrets = new ArrayList<>();

		/**
		 * Maximum age of a webhook. For an hour, LumoAuth resends a webhook that was not
		 * accepted.
		 */
		private Duration maxAge = Duration.ofMinutes(5);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public String getPath() {
			return this.path;
		}

		public void setPath(String path) {
			this.path = path;
		}

		public List<String> getSecrets() {
			return this.secrets;
		}

		public void setSecrets(List<String> secrets) {
			this.secrets = secrets;
		}

		public Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(Duration maxAge) {
			this.maxAge = maxAge;
		}

	}

}
