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

package dev.lumoauth.devserver.admin;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.config.WebhookProperties;
import dev.lumoauth.devserver.config.WebhookProperties.SignatureHeader;
import dev.lumoauth.devserver.event.Deliveries;
import dev.lumoauth.devserver.event.Delivery;
import dev.lumoauth.devserver.event.EventFault;
import dev.lumoauth.devserver.event.EventFaults;
import dev.lumoauth.devserver.event.EventKind;
import dev.lumoauth.devserver.event.EventStream;
import dev.lumoauth.devserver.event.EventStreams;
import dev.lumoauth.devserver.event.EventSubject;
import dev.lumoauth.devserver.event.EventSubject.Format;
import dev.lumoauth.devserver.event.Events;
import dev.lumoauth.devserver.event.StreamView;
import dev.lumoauth.devserver.event.Webhook;
import dev.lumoauth.devserver.event.WebhookView;
import dev.lumoauth.devserver.event.Webhooks;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.ApiException;

/**
 * The part of the admin API for events: webhooks, test events, sent events, and event
 * faults. Not a part of LumoAuth's API.
 */
@RestController
@RequestMapping("/dev")
class EventController {

	private static final String TENANT = "/tenants/{tenant}";

	private final Tenants tenants;

	private final EventStreams streams;

	private final Webhooks webhooks;

	private final Events events;

	private final Deliveries deliveries;

	private final EventFaults faults;

	EventController(Tenants tenants, EventStreams streams, Webhooks webhooks, Events events, Deliveries deliveries,
			EventFaults faults) {
		this.tenants = tenants;
		this.streams = streams;
		this.webhooks = webhooks;
		this.events = events;
		this.deliveries = deliveries;
		this.faults = faults;
	}

	@GetMapping(TENANT + "/streams")
	Map<String, List<StreamView>> streams(@PathVariable String tenant) {
		return Map.of("streams", this.streams.list(find(tenant)).stream().map(StreamView::of).toList());
	}

	@DeleteMapping(TENANT + "/streams/{id}")
	Map<String, List<StreamView>> removeStream(@PathVariable String tenant, @PathVariable String id) {
		this.streams.remove(this.streams.find(find(tenant), id).orElseThrow(() -> unknown("stream")));
		return streams(tenant);
	}

	/** Events of a stream that is not enabled are never sent, not even later. */
	@PutMapping(path = TENANT + "/streams/{id}/status", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, String> setStatus(@PathVariable String tenant, @PathVariable String id, @RequestBody String body) {
		EventStream stream = this.streams.find(find(tenant), id).orElseThrow(() -> unknown("stream"));
		this.events.update(stream, String.valueOf(StrictJson.read(body, NewStatus.class).status()));
		return Map.of("id", id, "status", this.streams.status(stream));
	}

	@GetMapping(TENANT + "/webhooks")
	Map<String, List<WebhookView>> webhooks(@PathVariable String tenant) {
		return Map.of("webhooks", this.webhooks.list(find(tenant)).stream().map(WebhookView::of).toList());
	}

	/** The answer contains the secret. No other answer does. */
	@PostMapping(path = TENANT + "/webhooks", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> add(@PathVariable String tenant, @RequestBody String body) {
		NewWebhook wanted = StrictJson.read(body, NewWebhook.class);
		if (!StringUtils.hasText(wanted.url())) {
			throw new IllegalArgumentException("'url' is missing");
		}
		String secret = StringUtils.hasText(wanted.secret()) ? wanted.secret() : random();
		Webhook webhook = this.webhooks.add(find(tenant), new WebhookProperties(URI.create(wanted.url()), secret, null,
				header(wanted.header()), (wanted.events() != null) ? wanted.events() : Set.of()));
		return Map.of("id", webhook.id(), "url", webhook.url(), "header", webhook.header().header(), "secret", secret);
	}

	@DeleteMapping(TENANT + "/webhooks/{id}")
	Map<String, List<WebhookView>> removeWebhook(@PathVariable String tenant, @PathVariable String id) {
		this.webhooks.remove(webhook(tenant, id));
		return webhooks(tenant);
	}

	/** The previous secret stays valid, and goes on signing if the body says so. */
	@PutMapping(TENANT + "/webhooks/{id}/secret")
	Map<String, Object> replaceSecret(@PathVariable String tenant, @PathVariable String id,
			@RequestBody(required = false) @Nullable String body) {
		NewSecret wanted = StringUtils.hasText(body) ? StrictJson.read(body, NewSecret.class)
				: new NewSecret(null, false);
		String secret = StringUtils.hasText(wanted.secret()) ? wanted.secret() : random();
		Webhook webhook = webhook(tenant, id);
		webhook.replaceSecret(secret, wanted.signWithPrevious());
		return Map.of("id", id, "secret", secret, "valid_secrets", webhook.validSecrets());
	}

	@DeleteMapping(TENANT + "/webhooks/{id}/secret/previous")
	WebhookView endPreviousSecret(@PathVariable String tenant, @PathVariable String id) {
		Webhook webhook = webhook(tenant, id);
		webhook.endPreviousSecret();
		return WebhookView.of(webhook);
	}

	/**
	 * Sends an event without a cause. Without a name in the body, the event is about
	 * everyone.
	 */
	@PostMapping(path = TENANT + "/events/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> send(@PathVariable String tenant, @PathVariable String id,
			@RequestBody(required = false) @Nullable String body) {
		EventKind kind = EventKind.of(id)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such event: "
					+ String.join(", ", Arrays.stream(EventKind.values()).map(EventKind::id).toList())));
		NewEvent wanted = StringUtils.hasText(body) ? StrictJson.read(body, NewEvent.class)
				: new NewEvent(null, null, null);
		Tenant of = find(tenant);
		this.events.happened(of, kind,
				new EventSubject(
						(wanted.agent() != null) ? of.agent(wanted.agent()).orElseThrow(() -> unknown("agent")) : null,
						(wanted.user() != null) ? of.user(wanted.user()).orElseThrow(() -> unknown("user")) : null,
						format(wanted.format())));
		return Map.of("event", kind.id());
	}

	@GetMapping("/deliveries")
	Map<String, List<Delivery>> deliveries() {
		return Map.of("deliveries", this.deliveries.list());
	}

	@PutMapping("/faults/events/{id}")
	Map<String, @Nullable String> switchOn(@PathVariable String id,
			@RequestBody(required = false) @Nullable String body) {
		EventFault fault = EventFault.of(id)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found",
					"There is no such fault: " + String.join(", ", EventFault.ids())));
		FaultController.FaultRequest request = StringUtils.hasText(body)
				? StrictJson.read(body, FaultController.FaultRequest.class) : new FaultController.FaultRequest(null);
		this.faults.set(fault, (request.delay() != null) ? Duration.ofMillis(request.delay()) : null);
		return Collections.singletonMap("event_fault", fault.id());
	}

	@DeleteMapping("/faults/events")
	Map<String, @Nullable String> switchOff() {
		this.faults.set(null, null);
		return Collections.singletonMap("event_fault", null);
	}

	private Webhook webhook(String tenant, String id) {
		return this.webhooks.find(find(tenant), id).orElseThrow(() -> unknown("webhook"));
	}

	private Tenant find(String tenant) {
		return this.tenants.find(tenant)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "tenant_not_found", "There is no such tenant"));
	}

	private static ApiException unknown(String what) {
		return ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such " + what);
	}

	private static String random() {
		return "whsec_" + UUID.randomUUID().toString().replace("-", "");
	}

	private static SignatureHeader header(@Nullable String name) {
		return Arrays.stream(SignatureHeader.values())
			.filter((header) -> header.header().equalsIgnoreCase((name != null) ? name : "X-Lumo-Signature"))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"'header' is neither X-Lumo-Signature nor X-LumoAuth-Signature"));
	}

	private static Format format(@Nullable String name) {
		return Arrays.stream(Format.values())
			.filter((format) -> format.name().toLowerCase(Locale.ROOT).equals((name != null) ? name : "iss_sub"))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("'format' is not iss_sub, opaque or email"));
	}

	record NewStatus(@Nullable String status) {
	}

	record NewWebhook(@Nullable String url, @Nullable String secret, @Nullable String header,
			@Nullable Set<String> events) {

		@Override
		public String toString() {
			return "NewWebhook[%s]".formatted(this.url);
		}

	}

	record NewSecret(@Nullable String secret, @JsonProperty("sign_with_previous") boolean signWithPrevious) {

		@Override
		public String toString() {
			return "NewSecret[]";
		}

	}

	record NewEvent(@Nullable String agent, @Nullable String user, @Nullable String format) {
	}

}
