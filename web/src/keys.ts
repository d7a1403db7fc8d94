// `/` goes to the search box from everywhere but where one writes.
document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  const writes = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  if (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector<HTMLInputElement>("#search");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
