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

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.WebhookProperties;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;

/**
 * The webhooks of the configuration file, and those that were added later, at most 50 for
 * each tenant. Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class Webhooks {

	private static final int MAX_WEBHOOKS = 50;

	private final AtomicInteger count = new AtomicInteger();

	private final List<Webhook> webhooks = new ArrayList<>();

	private final Outbox outbox;

	Webhooks(Tenants tenants, Outbox outbox) {
		this.outbox = outbox;
		for (Tenant tenant : tenants.all()) {
			tenant.settings().webhooks().forEach((webhook) -> add(tenant, webhook));
		}
	}

	/**
	 * Adds a webhook.
	 * @param tenant the tenant of its events
	 * @param settings the settings
	 * @return the webhook
	 */
	public final synchronized Webhook add(Tenant tenant, WebhookProperties settings) {
		if (list(tenant).size() >= MAX_WEBHOOKS) {
			throw new IllegalArgumentException("the tenant already has %d webhooks".formatted(MAX_WEBHOOKS));
		}
		Webhook webhook = new Webhook("whk_" + this.count.incrementAndGet(), tenant, settings);
		this.webhooks.add(webhook);
		return webhook;
	}

	/**
	 * Removes a webhook. Events that wait to be sent to it are lost.
	 * @param webhook the webhook
	 */
	public synchronized void remove(Webhook webhook) {
		this.webhooks.remove(webhook);
		this.outbox.close(webhook);
	}

	/**
	 * Finds a webhook.
	 * @param tenant the tenant
	 * @param id its id
	 * @return the webhook, or nothing
	 */
	public Optional<Webhook> find(Tenant tenant, String id) {
		return list(tenant).stream().filter((webhook) -> webhook.id().equals(id)).findFirst();
	}

	/**
	 * Returns the webhooks of a tenant.
	 * @param tenant the tenant
	 * @return the webhooks, the oldest first
	 */
	public final synchronized List<Webhook> list(Tenant tenant) {
		return this.webhooks.stream().filter((webhook) -> webhook.tenant() == tenant).toList();
	}

}
