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

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the events by which LumoAuth reports what it has revoked.
 *
 * @param ssf security events that LumoAuth pushes (RFC 8935)
 * @param webhook LumoAuth's webhooks
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.events")
public record LumoAuthEventsProperties(@DefaultValue Ssf ssf, @DefaultValue Webhook webhook) {

	/**
	 * Security events that LumoAuth pushes (RFC 8935).
	 *
	 * @param enabled Whether to accept security events.
	 * @param path Path of the application to which LumoAuth sends them; its own security
	 * has to let these requests in.
	 * @param audience Audience that an event must have. By default the agent's client id.
	 * @param authorizationToken Token that LumoAuth has to send with each event, in
	 * addition to the event's signature.
	 * @param register Whether the application creates a stream at LumoAuth for as long as
	 * it runs.
	 * @param endpointUrl Address at which LumoAuth reaches this application's path.
	 */
	public record Ssf(@DefaultValue("false") boolean enabled, @DefaultValue("/lumoauth/events/ssf") String path,
			@Nullable String audience, @Nullable String authorizationToken, @DefaultValue("false") boolean register,
			@Nullable String endpointUrl) {

		/**
		 * The token without the line end that a secret from a file may have.
		 */
		public Ssf {
			authorizationToken = (authorizationToken != null) ? authorizationToken.strip() : null;
		}

		/**
		 * Without the token.
		 */
		@Override
		public String toString() {
			return "Ssf[path=" + this.path + "]";
		}

	}

	/**
	 * LumoAuth's webhooks.
	 *
	 * @param enabled Whether to accept webhooks.
	 * @param path Path of the application to which LumoAuth sends them; its own security
	 * has to let these requests in.
	 * @param secrets Secrets of the webhook, each of which is accepted.
	 */
	public record Webhook(@DefaultValue("false") boolean enabled, @DefaultValue("/lumoauth/events/webhook") String path,
			@DefaultValue List<String> secrets) {

		/**
		 * Without the secrets.
		 */
		@Override
		public String toString() {
			return "Webhook[path=" + this.path + "]";
		}

	}

}
