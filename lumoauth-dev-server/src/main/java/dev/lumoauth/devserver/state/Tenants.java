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

package dev.lumoauth.devserver.state;

import java.time.Clock;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.lumoauth.devserver.config.TenantProperties;

/**
 * All tenants, in the order of the configuration file.
 *
 * @since 0.1.0
 */
public class Tenants {

	private final Map<String, Tenant> tenants = new LinkedHashMap<>();

	public Tenants(Collection<TenantProperties> tenants, Clock clock) {
		for (TenantProperties tenant : tenants) {
			this.tenants.put(tenant.slug(), new Tenant(tenant, clock));
		}
	}

	public Collection<Tenant> all() {
		return Collections.unmodifiableCollection(this.tenants.values());
	}

	/**
	 * Finds a tenant.
	 * @param slug its name in paths
	 * @return the tenant, or nothing
	 */
	public Optional<Tenant> find(String slug) {
		return Optional.ofNullable(this.tenants.get(slug));
	}

}
