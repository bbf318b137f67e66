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

package dev.lumoauth.devserver.api;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.config.LocalAddress;
import dev.lumoauth.devserver.event.EventKind;
import dev.lumoauth.devserver.event.EventStream;
import dev.lumoauth.devserver.event.EventStreams;
import dev.lumoauth.devserver.event.Events;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;
import dev.lumoauth.devserver.web.WireTime;

/**
 * Streams of Shared Signals with push delivery (RFC 8935).
 */
@RestController
@RequestMapping(ApiPaths.TENANT)
class SsfController {

	private static final String PUSH = "urn:ietf:rfc:8935";

	private static final int MAX_LENGTH = 1_000;

	private final EventStreams streams;

	private final Events events;

	private final Clock clock;

	SsfController(EventStreams streams, Events events, Clock clock) {
		this.streams = streams;
		this.events = events;
		this.clock = clock;
	}

	@GetMapping("/.well-known/ssf-configuration")
	ResponseEntity<Map<String, Object>> configuration(HttpServletRequest request) {
		String issuer = ApiPaths.issuerOf(request);
		Map<String, Object> configuration = new LinkedHashMap<>();
		configuration.put("spec_version", "1_0");
		configuration.put("issuer", issuer);
		configuration.put("jwks_uri", issuer + "/.well-known/jwks.json");
		configuration.put("delivery_methods_supported", List.of(PUSH));
		configuration.put("configuration_endpoint", issuer + "/ssf/stream");
		configuration.put("verification_endpoint", issuer + "/ssf/verify");
		configuration.put("authorization_schemes", List.of(Map.of("spec_urn", "urn:ietf:rfc:6749")));
		configuration.put("events_supported", EventKind.SUPPORTED);
		return ResponseEntity.ok()
			.cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic())
			.body(configuration);
	}

	@PostMapping("/ssf/stream")
	@ResponseStatus(HttpStatus.CREATED)
	Map<String, Object> create(StreamOwner owner, @RequestBody(required = false) @Nullable Wanted wanted,
			HttpServletRequest request) {
		WantedDelivery delivery = (wanted != null) ? wanted.delivery() : null;
		if (wanted == null || delivery == null || !PUSH.equals(delivery.method())) {
			throw new IllegalArgumentException("'delivery.method' is not '%s'".formatted(PUSH));
		}
		String url = delivery.endpointUrl();
		if (!StringUtils.hasText(url) || url.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("'delivery.endpoint_url' is missing");
		}
		String token = delivery.authorizationToken();
		if (token != null && !token.matches("[!-~]{1,%d}".formatted(MAX_LENGTH))) {
			throw new IllegalArgumentException("'delivery.authorization_token' can't be sent in a header");
		}
		EventStream stream = new EventStream("str_" + UUID.randomUUID(), owner.tenant(), owner.agent(),
				ApiPaths.issuerOf(request), audience(owner, wanted.audience()),
				LocalAddress.read("'delivery.endpoint_url'", url), token,
				(wanted.eventsRequested() != null) ? Set.copyOf(wanted.eventsRequested()) : Set.of(),
				this.clock.instant());
		if (stream.delivered().isEmpty()) {
			throw new IllegalArgumentException("'events_requested' has none of " + EventKind.SUPPORTED);
		}
		this.streams.add(stream);
		RequestLog.note(request, "%s registers %s".formatted(owner, stream));
		return describe(stream);
	}

	/** Without an id, all streams of the caller. */
	@GetMapping("/ssf/stream")
	Object read(StreamOwner owner, @RequestParam(name = "stream_id", required = false) @Nullable String id) {
		if (id != null) {
			return describe(find(owner, id));
		}
		return this.streams.list(owner.tenant()).stream().filter(owner::has).map(this::describe).toList();
	}

	@DeleteMapping("/ssf/stream")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(StreamOwner owner, @RequestParam(name = "stream_id", required = false) @Nullable String id) {
		this.streams.remove(find(owner, id));
	}

	@PostMapping("/ssf/verify")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void verify(StreamOwner owner, @RequestBody(required = false) @Nullable Verification wanted) {
		String state = (wanted != null) ? wanted.state() : null;
		if (state != null && state.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("'state' is longer than %d characters".formatted(MAX_LENGTH));
		}
		this.events.verify(find(owner, (wanted != null) ? wanted.streamId() : null), state);
	}

	private EventStream find(StreamOwner owner, @Nullable String id) {
		if (!StringUtils.hasText(id)) {
			throw new IllegalArgumentException("'stream_id' is missing");
		}
		return this.streams.find(owner.tenant(), id)
			.filter(owner::has)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such stream"));
	}

	private static List<String> audience(StreamOwner owner, @Nullable Object wanted) {
		Object named = wanted;
		if (named == null) {
			named = (owner.agent() != null) ? owner.agent().id() : owner.tenant().slug();
		}
		List<String> audience = (named instanceof List<?> several) ? several.stream().map(String::valueOf).toList()
				: List.of(named.toString());
		if (audience.isEmpty() || !audience.stream().allMatch(StringUtils::hasText)) {
			throw new IllegalArgumentException("'audience' is empty");
		}
		return audience;
	}

	private Map<String, Object> describe(EventStream stream) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("stream_id", stream.id());
		answer.put("iss", stream.issuer());
		answer.put("aud", (stream.audience().size() == 1) ? stream.audience().get(0) : stream.audience());
		answer.put("delivery", Map.of("method", PUSH, "endpoint_url", stream.url()));
		answer.put("events_supported", EventKind.SUPPORTED);
		answer.put("events_requested", stream.requested().stream().sorted().toList());
		answer.put("events_delivered", stream.delivered());
		answer.put("status", this.streams.status(stream));
		answer.put("created_at", String.valueOf(WireTime.of(stream.createdAt())));
		return answer;
	}

	record Wanted(@Nullable WantedDelivery delivery,
			@JsonProperty("events_requested") @Nullable List<String> eventsRequested, @Nullable Object audience) {
	}

	record WantedDelivery(@Nullable String method, @JsonProperty("endpoint_url") @Nullable String endpointUrl,
			@JsonProperty("authorization_token") @Nullable String authorizationToken) {

		@Override
		public String toString() {
			return "WantedDelivery[%s]".formatted(this.endpointUrl);
		}

	}

	record Verification(@JsonProperty("stream_id") @Nullable String streamId, @Nullable String state) {
	}

}
