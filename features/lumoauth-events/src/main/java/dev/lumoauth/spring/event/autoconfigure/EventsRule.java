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

import java.net.URI;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.event.WebhookReceiver;
import dev.lumoauth.spring.http.Origin;

/**
 * Rules for {@code lumoauth.events}.
 */
final class EventsRule {

	private static final String SSF = "lumoauth.events.ssf";

	private static final String WEBHOOK = "lumoauth.events.webhook";

	/** A literal path, without patterns for other paths. */
	private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._~-]+)+");

	private final LumoAuthEventsProperties properties;

	private final ConfigurationProblems problems = new ConfigurationProblems();

	EventsRule(LumoAuthEventsProperties properties) {
		this.properties = properties;
	}

	/**
	 * Check all settings.
	 * @param clientId the agent's client id; {@code null} if all agents are named agents
	 * @throws InvalidLumoAuthConfigurationException if anything is wrong
	 */
	void check(@Nullable String clientId) {
		LumoAuthEventsProperties.Ssf ssf = this.properties.ssf();
		LumoAuthEventsProperties.Webhook webhook = this.properties.webhook();
		if (ssf.enabled()) {
			check(ssf, clientId);
		}
		else if (ssf.register()) {
			this.problems.add(SSF + ".register is true, but security events are not accepted.",
					"Set " + SSF + ".enabled=true, or leave " + SSF + ".register out.");
		}
		if (webhook.enabled()) {
			check(webhook);
		}
		if (ssf.enabled() && webhook.enabled() && ssf.path().equals(webhook.path())) {
			this.problems.add(SSF + ".path and " + WEBHOOK + ".path are the same.", "Set one of them to another path.");
		}
		this.problems.throwIfAny();
	}

	private void check(LumoAuthEventsProperties.Ssf ssf, @Nullable String clientId) {
		checkPath(ssf.path(), SSF + ".path", "/lumoauth/events/ssf");
		if (!StringUtils.hasText(ssf.audience()) && clientId == null) {
			this.problems.add(SSF + ".audience is not set, and there is no client id to use instead.",
					"Set " + SSF + ".audience to the audience of the stream at LumoAuth.");
		}
		String token = ssf.authorizationToken();
		if (!this.problems.refusePlaceholder(token, SSF + ".authorization-token") && token != null
				&& token.length() < WebhookReceiver.MIN_SECRET) {
			this.problems.add(SSF + ".authorization-token is shorter than 16 characters.",
					"Set it to a secret that nobody can guess; 'openssl rand -base64 32' makes one.");
		}
		if (ssf.register()) {
			checkRegistration(ssf, clientId);
		}
	}

	private void checkRegistration(LumoAuthEventsProperties.Ssf ssf, @Nullable String clientId) {
		if (clientId == null) {
			this.problems.add(SSF + ".register is true, but there is no default agent to register a stream.",
					"Set lumoauth.client-id, or create the stream at LumoAuth by hand and leave " + SSF
							+ ".register out.");
		}
		if (ssf.authorizationToken() == null) {
			this.problems.add(SSF + ".register is true, and " + SSF + ".authorization-token is not set.",
					"Set it to a secret that nobody can guess, the same in all replicas; 'openssl rand -base64 32' "
							+ "makes one.");
		}
		if (!isAddress(ssf.endpointUrl())) {
			this.problems.add(
					SSF + ".register is true, and " + SSF + ".endpoint-url is "
							+ (StringUtils.hasText(ssf.endpointUrl())
									? "not an https address: " + ConfigurationProblems.quote(ssf.endpointUrl()) + "."
									: "not set."),
					"Set it to the address by which LumoAuth reaches " + SSF
							+ ".path, such as https://agent.example.com" + ssf.path() + ".");
		}
	}

	private static boolean isAddress(@Nullable String address) {
		if (!StringUtils.hasText(address)) {
			return false;
		}
		try {
			URI uri = URI.create(address);
			Origin.of(uri);
			return uri.getRawUserInfo() == null && uri.getRawFragment() == null;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private void check(LumoAuthEventsProperties.Webhook webhook) {
		checkPath(webhook.path(), WEBHOOK + ".path", "/lumoauth/events/webhook");
		if (webhook.secrets().isEmpty()) {
			this.problems.add(WEBHOOK + ".enabled is true, and " + WEBHOOK + ".secrets is empty.",
					"Set " + WEBHOOK + ".secrets to the secret that LumoAuth shows for the webhook.");
		}
		for (int i = 0; i < webhook.secrets().size(); i++) {
			String secret = webhook.secrets().get(i);
			String name = WEBHOOK + ".secrets[" + i + "]";
			if (!this.problems.refusePlaceholder(secret, name)
					&& (secret == null || secret.length() < WebhookReceiver.MIN_SECRET)) {
				this.problems.add(name + " is shorter than 16 characters.",
						"Set it to the secret that LumoAuth shows for the webhook.");
			}
		}
	}

	private void checkPath(String path, String name, String example) {
		if (!PATH.matcher(path).matches() || path.contains("/./") || path.contains("/../")) {
			this.problems.add(name + " is not an absolute path: " + ConfigurationProblems.quote(path) + ".",
					"Set " + name + " to a path such as " + example + ", without patterns.");
		}
	}

}
