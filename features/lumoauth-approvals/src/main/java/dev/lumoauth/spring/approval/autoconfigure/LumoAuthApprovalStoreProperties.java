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

package dev.lumoauth.spring.approval.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties that say where approvals are kept.
 */
@ConfigurationProperties("lumoauth.approvals")
class LumoAuthApprovalStoreProperties {

	/**
	 * Where approvals are kept. With 'memory', each replica has its own, and they are
	 * lost when its process ends.
	 */
	private Store store = Store.MEMORY;

	public Store getStore() {
		return this.store;
	}

	public void setStore(Store store) {
		this.store = store;
	}

	/**
	 * Where approvals are kept.
	 */
	enum Store {

		/**
		 * In the process, unless the application has an {@code ApprovalStore} bean.
		 */
		MEMORY,

		/**
		 * In the database of the application's {@code DataSource}.
		 */
		JDBC

	}

}
