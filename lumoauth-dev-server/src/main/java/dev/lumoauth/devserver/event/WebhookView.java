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

package dev.lumoauth.devserver.event;

import java.net.URI;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A webhook as the admin API and the console show it: without its secrets.
 *
 * @param id its id
 * @param url the address that events are sent to
 * @param header the header that the signature is in
 * @param events the types of its events, empty for all
 * @param validSecrets how many secrets are valid
 * @since 0.1.0
 */
public record WebhookView(String id, URI url, String header, Set<String> events,
		@JsonProperty("valid_secrets") int validSecrets) {

	/**
	 * Describes a webhook.
	 * @param webhook the webhook
	 * @return the view
	 */
	public static WebhookView of(Webhook webhook) {
		return new WebhookView(webhook.id(), webhook.url(), webhook.header().header(), webhook.events(),
				webhook.validSecrets());
	}

}
