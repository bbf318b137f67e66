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

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jwt.JWTClaimsSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.oauth.TenantKeys;
import dev.lumoauth.devserver.state.Tenant;

/**
 * Sends events to streams and webhooks, at once and without waiting for the receivers.
 *
 * @since 0.1.0
 */
@Component
public class Events {

	/** The event that a receiver requests to see that events arrive. */
	public static final String VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification";

	/** The event that tells a receiver the status of its stream. */
	public static final String STREAM_UPDATED = "https://schemas.openid.net/secevent/ssf/event-type/stream-updated";

	private static final String HMAC = "HmacSHA256";

	private static final Duration OLD = Duration.ofDays(1);

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final EventStreams streams;

	private final Webhooks webhooks;

	private final Outbox outbox;

	private final EventFaults faults;

	private final TenantKeys keys;

	private final Clock clock;

	Events(EventStreams streams, Webhooks webhooks, Outbox outbox, EventFaults faults, TenantKeys keys, Clock clock) {
		this.streams = streams;
		this.webhooks = webhooks;
		this.outbox = outbox;
		this.faults = faults;
		this.keys = keys;
		this.clock = clock;
	}

	/**
	 * Sends an event to all receivers that want it.
	 * @param tenant the tenant
	 * @param kind the kind of event
	 * @param subject the subject of the event
	 */
	public void happened(Tenant tenant, EventKind kind, EventSubject subject) {
		EventFault fault = this.faults.current();
		for (EventStream stream : this.streams.list(tenant)) {
			if (stream.takes(kind) && this.streams.isEnabled(stream)) {
				this.outbox.send(stream, message(stream, kind, subject, fault), fault);
			}
		}
		for (Webhook webhook : this.webhooks.list(tenant)) {
			if (webhook.takes(kind)) {
				this.outbox.send(webhook, message(webhook, kind, subject, fault), fault);
			}
		}
	}

	/**
	 * Sends a stream the event that its receiver requests.
	 * @param stream the stream
	 * @param state the value that the receiver wants to see again, or {@code null}
	 */
	public void verify(EventStream stream, @Nullable String state) {
		tell(stream, VERIFICATION, (state != null) ? Map.of("state", state) : Map.of());
	}

	/**
	 * Sets whether a stream gets events, and tells its receiver.
	 * @param stream the stream
	 * @param status enabled, paused or disabled
	 */
	public void update(EventStream stream, String status) {
		this.streams.setStatus(stream, status);
		tell(stream, STREAM_UPDATED, Map.of("status", status));
	}

	private void tell(EventStream stream, String uri, Map<String, Object> event) {
		EventFault fault = this.faults.current();
		this.outbox.send(stream,
				message(stream, uri, Map.of("format", "opaque", "id", stream.id()), event, "the stream", fault), fault);
	}

	private Message message(EventStream stream, EventKind kind, EventSubject subject, @Nullable EventFault fault) {
		Map<String, Object> who = subject.ofStream(stream.issuer());
		Map<String, Object> event = new LinkedHashMap<>();
		event.put("subject", who);
		event.put("event_timestamp", at(fault).getEpochSecond());
		event.put("initiating_entity", "admin");
		event.putAll(kind.details());
		return message(stream, kind.uri(), who, event, subject.toString(), fault);
	}

	/** A security event token (RFC 8417). */
	private Message message(EventStream stream, String uri, Map<String, Object> subject, Map<String, Object> event,
			String about, @Nullable EventFault fault) {
		JWTClaimsSet claims = new JWTClaimsSet.Builder()
			.issuer((fault == EventFault.WRONG_ISSUER) ? "https://lumoauth.example" : stream.issuer())
			.audience((fault == EventFault.WRONG_AUDIENCE) ? List.of("https://receiver.example") : stream.audience())
			.issueTime(Date.from(at(fault)))
			.jwtID(UUID.randomUUID().toString())
			.claim("sub_id", subject)
			.claim("events", Map.of(uri, event))
			.build();
		String token = (fault == EventFault.WRONG_KEY) ? this.keys.forge(stream.tenant(), "secevent+jwt", claims)
				: this.keys.sign(stream.tenant(), "secevent+jwt", claims);
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Content-Type", "application/secevent+jwt");
		headers.put("Accept", "application/json");
		if (stream.authorizationToken() != null) {
			headers.put("Authorization", "Bearer " + stream.authorizationToken());
		}
		return new Message(uri, about, token, headers);
	}

	/**
	 * A webhook names neither an issuer nor an audience. So a webhook from others is
	 * signed with another secret.
	 */
	private Message message(Webhook webhook, EventKind kind, EventSubject subject, @Nullable EventFault fault) {
		boolean forged = fault == EventFault.WRONG_KEY || fault == EventFault.WRONG_AUDIENCE
				|| fault == EventFault.WRONG_ISSUER;
		Map<String, Object> content = new LinkedHashMap<>();
		content.put("id", "evt_" + UUID.randomUUID());
		content.put("type", kind.type());
		content.put("timestamp", at(fault).toString());
		content.put("data", subject.ofWebhook());
		String body = JSON.writeValueAsString(content);
		String signature = sign(forged ? "another secret" : webhook.signingSecret(), body);
		return new Message(kind.type(), subject.toString(), body, Map.of("Content-Type", "application/json",
				webhook.header().header(), webhook.header().value(signature)));
	}

	private Instant at(@Nullable EventFault fault) {
		Instant now = this.clock.instant();
		return (fault == EventFault.OLD) ? now.minus(OLD) : now;
	}

	private static String sign(String secret, String body) {
		try {
			Mac mac = Mac.getInstance(HMAC);
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
			return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Java has no " + HMAC, ex);
		}
	}

}
