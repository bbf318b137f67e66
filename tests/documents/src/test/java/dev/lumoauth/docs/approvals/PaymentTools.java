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

package dev.lumoauth.docs.approvals;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.capability.OnDenied;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;

/**
 * Tools whose calls a person has to approve.
 */
@Component
class PaymentTools {

	private final List<Receipt> paid = new CopyOnWriteArrayList<>();

	@Tool(description = "Refund a payment")
	@RequiresCapability("read:documents")
	@RequiresApproval(reason = "Refund {amount} {currency} to {customer}", impact = Impact.HIGH)
	public Receipt refund(String customer, BigDecimal amount, String currency) {
		Receipt receipt = new Receipt(customer, amount, currency);
		this.paid.add(receipt);
		return receipt;
	}

	@Tool(description = "Give a customer credit")
	@RequiresApproval(reason = "Credit {amount} to {customer}", when = "#amount > 100")
	public String credit(String customer, BigDecimal amount) {
		return "credited " + amount;
	}

	@Tool(description = "Close a customer's account")
	@RequiresCapability(value = "accounts:close", onDenied = OnDenied.REQUEST)
	public String closeAccount(String customer) {
		return "closed the account of " + customer;
	}

	List<Receipt> paid() {
		return this.paid;
	}

}
